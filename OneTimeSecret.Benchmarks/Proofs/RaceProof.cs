using System.Diagnostics;
using OneTimeSecret.Benchmarks.Load;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>Two processes serve one data folder, and many readers of both ask for the same secret at the same time.</summary>
internal static class RaceProof
{
    private static readonly string[] Shared = ["--Limits:Enabled=false", "--Storage:Shared=true"];

    public static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("ots-proof-");
        try
        {
            await using var one = await ServerProcess.StartOn(folder.FullName, null, Shared);
            await using var two = await ServerProcess.StartOn(folder.FullName, null, Shared);
            return [await Race(settings, one.Address, two.Address, "race", _ => null), await CutRace(settings, one.Address, two.Address)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Each reader has the header that <paramref name="header"/> gives for its number, or none.</summary>
    public static async Task<Claim> Race(ProofSettings settings, Uri one, Uri two, string name, Func<int, string?> header)
    {
        var books = new Books(settings.Seed);
        var watch = Stopwatch.StartNew();
        Entry[] entries =
        [
            .. await books.Create(one, (settings.Secrets + 1) / 2), .. await books.Create(two, settings.Secrets / 2),
        ];
        var readers = Readers(settings, one, two, header);
        for (var i = 0; i < entries.Length; i++)
        {
            await Task.WhenAll(readers.Select(reader => Ask(reader, entries[i])));
            if ((i + 1) % 100 == 0)
                settings.Say($"{name}: {i + 1} of {entries.Length} secrets");
        }
        readers.ForEach(reader => reader.Dispose());
        var (once, more) = (entries.Count(entry => entry.Shown == 1), entries.Count(entry => entry.Shown > 1));
        await books.Settle(one, entries);
        return Claim.Of(
            $"{name}: {settings.Secrets} secrets, {settings.Readers} readers in each of two processes: each secret is shown once",
            once == entries.Length && more == 0 && books.AreRight,
            $"{once} shown once, {more} more than once, faults: {books.Faults}; {watch.Elapsed.TotalSeconds:F0} s");
    }

    /// <summary>Half of the readers close their connection as soon as they have sent their request.</summary>
    private static async Task<Claim> CutRace(ProofSettings settings, Uri one, Uri two)
    {
        var books = new Books(settings.Seed + 1);
        var entries = await books.Create(two, Math.Max(settings.Secrets / 5, 1));
        var readers = Readers(settings with { Readers = Math.Min(settings.Readers, 8) }, one, two, _ => null);
        foreach (var entry in entries)
            await Task.WhenAll(readers.Select((reader, i) => i % 2 == 0 ? Cut(reader, entry) : Ask(reader, entry)));
        readers.ForEach(reader => reader.Dispose());
        await books.Settle(two, entries);
        return Claim.Of(
            $"race: {entries.Count} secrets, half of the connections cut after the request: no secret is shown twice",
            books.AreRight, $"{books.Shown} shown, {books.Vanished} gone with a cut answer, faults: {books.Faults}");

        static Task Cut(ApiPeer reader, Entry entry)
        {
            entry.Cut();
            return reader.CutReveal(entry.SecretKey!);
        }
    }

    private static List<ApiPeer> Readers(ProofSettings settings, Uri one, Uri two, Func<int, string?> header) =>
        [.. Enumerable.Range(0, 2 * settings.Readers).Select(i => new ApiPeer(i % 2 == 0 ? one : two, header(i)))];

    /// <summary>A reader who is told that the server is busy asks again.</summary>
    private static async Task Ask(ApiPeer reader, Entry entry)
    {
        while (entry.Revealed(await reader.Reveal(entry.SecretKey!)) == Told.Busy)
        {
        }
    }
}
