using Microsoft.Data.Sqlite;
using OneTimeSecret.Benchmarks.Load;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// What happens when the disk does not take writes: a full volume (a small tmpfs), files that cannot be written (chattr +i, which also
/// stops writes to open files, as a read-only remount would, which the kernel refuses while files are open), and a locked database.
/// </summary>
internal static class DiskProof
{
    private const int Demanded = 1000;
    private static readonly string[] NoLimits = ["--Limits:Enabled=false"];
    private static readonly TimeSpan MostRecovery = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings) =>
    [
        .. await Full(settings), .. await ReadOnly(settings), await Locked(settings), await LockedLong(settings),
    ];

    /// <summary>Fills the volume, first with secrets and then with another file, and each time reveals and burns.</summary>
    private static async Task<IReadOnlyList<Claim>> Full(ProofSettings settings)
    {
        using var volume = Volume.Mount(settings.Megabytes, out var reason);
        if (volume is null)
            return [Claim.Skipped("disk: on a full volume burns and reveals work and free space", reason)];
        await using var server = await ServerProcess.StartOn(volume.Path, null, NoLimits);
        var books = new Books(settings.Seed);
        using var peer = new ApiPeer(server.Address);
        var entries = (await books.Create(server.Address, 2 * Demanded)).ToList();

        var filling = new List<Told>();
        while (filling.Count < 100_000 && (filling is [] || filling[^1] == Told.Done))
            filling.Add(await Create(peer, books, entries));
        settings.Say($"disk: {filling.Count - 1} more creates until the first {filling[^1]}");
        var first = await Use(peer, entries.Take(Demanded));
        var freed = await Recovers(peer, books, entries);

        var ballast = volume.Fill();
        var second = await Use(peer, entries.Skip(Demanded).Take(Demanded));
        var refused = await Create(peer, books, entries);
        File.Delete(ballast);
        var recovered = await Recovers(peer, books, entries);
        await books.Settle(server.Address, entries);
        return
        [
            Claim.Of("disk: creates are refused with 503 before the volume is full", filling[^1] == Told.Busy,
                $"{filling.Count - 1} accepted, then {filling[^1]}"),
            Claim.Of($"disk: then {Demanded} burns and reveals work", first == Demanded, $"{first} worked"),
            Claim.Of("disk: they free space for creates", freed is not null, Words(freed)),
            Claim.Of($"disk: {Demanded} burns and reveals work when another program has filled the volume", second == Demanded,
                $"{second} worked; a create: {refused}"),
            Claim.Of("disk: when that program frees it, creates work without a restart", recovered is not null, Words(recovered)),
            Settled("disk: nothing was disclosed twice or lost", books),
        ];
    }

    /// <summary>Reveals every second secret and burns the others. Returns how many of these calls worked.</summary>
    private static async Task<int> Use(ApiPeer peer, IEnumerable<Entry> entries)
    {
        var works = 0;
        foreach (var (entry, i) in entries.Select((entry, i) => (entry, i)))
            works += (i % 2 == 0
                ? entry.Revealed(await peer.Reveal(entry.SecretKey!))
                : entry.Burned(await peer.Burn(entry.MetadataKey!))) == Told.Done ? 1 : 0;
        return works;
    }

    /// <summary>Makes the files of the database immutable for a while.</summary>
    public static async Task<IReadOnlyList<Claim>> ReadOnly(ProofSettings settings)
    {
        const string what = "disk: reveals that cannot be written disclose nothing, and all works again without a restart";
        // Beside the program, because the temporary folder may be in memory, where open files stay writable.
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"ots-proof-{Guid.NewGuid():N}")).FullName;
        try
        {
            if (!Volume.CanFreeze(folder, out var reason))
                return [Claim.Skipped(what, reason)];
            await using var server = await ServerProcess.StartOn(folder, null, NoLimits);
            var books = new Books(settings.Seed);
            var entries = (await books.Create(server.Address, 100)).ToList();
            using var peer = new ApiPeer(server.Address);
            // Not the file of shared memory: a write to an immutable mapping kills the process.
            string[] files = [Path.Combine(folder, "onetimesecret.db"), Path.Combine(folder, "onetimesecret.db-wal")];
            Volume.Freeze(files, frozen: true);
            List<Told> outcomes;
            try
            {
                outcomes = await Try(peer, books, entries);
            }
            finally
            {
                Volume.Freeze(files, frozen: false);
            }
            var recovered = await Recovers(peer, books, entries);
            await books.Settle(server.Address, entries);
            return [Undisclosed(what, books, outcomes, recovered)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Holds the write lock for a second, which is shorter than requests wait.</summary>
    public static Task<Claim> Locked(ProofSettings settings) => Lock(
        settings, "disk: while the database is locked for a second, requests wait and then succeed", TimeSpan.FromSeconds(1), 15);

    /// <summary>Holds the write lock longer than requests wait.</summary>
    private static Task<Claim> LockedLong(ProofSettings settings) => Lock(
        settings, "disk: reveals while the database is locked for long disclose nothing, and all works again", null, 1);

    private static async Task<Claim> Lock(ProofSettings settings, string what, TimeSpan? time, int busySeconds)
    {
        var folder = ProofSettings.NewFolder();
        try
        {
            await using var server = await ServerProcess.StartOn(folder, null, [.. NoLimits, $"--Storage:BusySeconds={busySeconds}"]);
            var books = new Books(settings.Seed);
            var entries = (await books.Create(server.Address, 100)).ToList();
            using var peer = new ApiPeer(server.Address);
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "onetimesecret.db")};Pooling=False");
            await connection.OpenAsync();
            await using var transaction = connection.BeginTransaction(deferred: false);
            var tries = Try(peer, books, entries);
            await Task.WhenAny(tries, Task.Delay(time ?? TimeSpan.FromSeconds(30)));
            await transaction.RollbackAsync();
            var outcomes = await tries;
            var recovered = await Recovers(peer, books, entries);
            await books.Settle(server.Address, entries);
            return time is null
                ? Undisclosed(what, books, outcomes, recovered)
                : Claim.Of(what, books.AreRight && outcomes.TrueForAll(told => told == Told.Done), Counts(outcomes));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Four reveals, burns and creates.</summary>
    private static async Task<List<Told>> Try(ApiPeer peer, Books books, List<Entry> entries)
    {
        var outcomes = new List<Told>();
        for (var i = 0; i < 4; i++)
        {
            outcomes.Add(entries[i].Revealed(await peer.Reveal(entries[i].SecretKey!)));
            outcomes.Add(entries[i + 4].Burned(await peer.Burn(entries[i + 4].MetadataKey!)));
            outcomes.Add(await Create(peer, books, entries));
        }
        return outcomes;
    }

    private static Claim Undisclosed(string what, Books books, List<Told> outcomes, TimeSpan? recovered) => Claim.Of(
        what, books.AreRight && recovered is not null && outcomes.TrueForAll(told => told == Told.Busy),
        $"{Counts(outcomes)}; faults: {books.Faults}; {Words(recovered)}");

    private static async Task<Told> Create(ApiPeer peer, Books books, List<Entry> entries)
    {
        var entry = books.Open(9000);
        var told = entry.Created(await peer.Share(entry.Value));
        if (told == Told.Done)
            entries.Add(entry);
        return told;
    }

    /// <summary>The time until a create succeeds. Null: it never did.</summary>
    private static async Task<TimeSpan?> Recovers(ApiPeer peer, Books books, List<Entry> entries)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < MostRecovery)
        {
            if (await Create(peer, books, entries) == Told.Done)
                return TimeProvider.System.GetElapsedTime(start);
            await Task.Delay(100);
        }
        return null;
    }

    private static Claim Settled(string what, Books books) =>
        Claim.Of(what, books.AreRight, $"{books.Settled} secrets, faults: {books.Faults}");

    private static string Counts(List<Told> outcomes) =>
        string.Join(", ", outcomes.CountBy(told => told).Select(count => $"{count.Value} {count.Key}"));

    private static string Words(TimeSpan? recovered) =>
        recovered is { } time ? $"a create worked after {time.TotalSeconds:F1} s" : $"no create worked in {MostRecovery.TotalSeconds:F0} s";
}
