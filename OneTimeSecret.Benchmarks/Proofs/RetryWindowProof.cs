using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OneTimeSecret.Benchmarks.Load;
using OneTimeSecret.Core.Retries;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// Answers are lost after the claim, with <c>Secrets:RetrySeconds</c>: their askers fetch them again, by another process on the folder,
/// and nobody else does. Afterwards the files hold nothing of them.
/// </summary>
internal static class RetryWindowProof
{
    private const int Answers = 200;
    private const int Browsers = 20;
    private const int Window = 20; // seconds
    private const int Grace = 10; // seconds after the window, until the files are clean
    private const int NameLength = 16; // mark and nonce of a box
    private const int PieceLength = 32;

    private static readonly string[] Settings =
        ["--Limits:Enabled=false", "--Storage:Shared=true", FormattableString.Invariant($"--Secrets:RetrySeconds={Window}")];

    public static async Task<IReadOnlyList<Claim>> Run(ProofSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("ots-proof-");
        try
        {
            await using var one = await ServerProcess.StartOn(folder.FullName, null, Settings);
            await using var two = await ServerProcess.StartOn(folder.FullName, null, Settings);
            var (answers, browsers, files) = await Lose(settings, folder.FullName, one.Address, two.Address);
            // Readers with a proof of their own, in each of the two processes.
            var race = await RaceProof.Race(
                settings with { Secrets = Math.Max(settings.Secrets / 5, 1) }, one.Address, two.Address, "retry",
                _ => Header(RetryProof.NewText()));
            return [answers, browsers, files, race];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(Claim Answers, Claim Browsers, Claim Files)> Lose(
        ProofSettings settings, string folder, Uri one, Uri two)
    {
        var books = new Books(settings.Seed + 2);
        var lost = (await books.Create(one, Answers, length: 3000)).Select(entry => new Lost(entry, RetryProof.NewText())).ToList();
        var watch = Stopwatch.StartNew();
        await Books.Spread(one, lost, (peer, it) => Cut(one, peer, it));
        settings.Say(FormattableString.Invariant($"retry: {Answers} connections cut after the claim"));
        await Books.Spread(two, lost, (_, it) => AskAsOthers(two, it));
        await Books.Spread(two, lost, async (_, it) => it.Again = await Shows(two, it.Entry, it.Proof));
        var within = watch.Elapsed;
        var page = await LoseInBrowsers(books, one, two);

        var boxes = Boxes(folder);
        var before = Remains(folder, boxes).Boxes; // proves that the search finds what is there
        await Task.Delay(TimeSpan.FromSeconds(Window));
        await Books.Spread(one, lost, async (_, it) => it.Late = await Shows(one, it.Entry, it.Proof));
        await Task.Delay(TimeSpan.FromSeconds(Grace));
        var (left, pieces) = Remains(folder, boxes);

        var (again, others, late) = (lost.Count(it => it.Again), lost.Sum(it => it.Others), lost.Count(it => it.Late));
        return (
            Claim.Of(
                $"retry: {Answers} lost answers are fetched again by their askers, by nobody else, and by nobody after the window",
                again == Answers && others == 0 && late == 0,
                FormattableString.Invariant(
                    $"{again} fetched again, {others} of {3 * Answers} by others, {late} after the window; {within.TotalSeconds:F0} s")),
            page,
            Claim.Of(
                $"retry: the files hold nothing of kept answers {Grace} s after the window",
                before == Answers + Browsers && left == 0 && pieces == 0,
                FormattableString.Invariant($"{before} boxes were in the files, {left} are left, {pieces} pieces")));
    }

    /// <summary>Sends a reveal, waits until the receipt says that it was claimed, and closes the connection without reading.</summary>
    private static async Task Cut(Uri server, ApiPeer peer, Lost it)
    {
        using var asker = new ApiPeer(server, Header(it.Proof));
        await asker.StartReveal(it.Entry.SecretKey!);
        while ((await peer.Receipt(it.Entry.MetadataKey!)).Field("state") is "new")
            await Task.Delay(1);
    }

    /// <summary>The link without the proof, the link with another proof, and the proof with another link.</summary>
    private static async Task AskAsOthers(Uri server, Lost it)
    {
        var key = it.Entry.SecretKey!;
        using var without = new ApiPeer(server);
        using var other = new ApiPeer(server, Header(RetryProof.NewText()));
        using var mine = new ApiPeer(server, Header(it.Proof));
        Answer[] answers =
        [
            await without.Reveal(key), await other.Reveal(key), await mine.Reveal((key[0] == 'a' ? 'b' : 'a') + key[1..]),
        ];
        it.Others += answers.Count(answer => answer.Told != Told.Refused || answer.Body.Contains(Entry.Prefix, StringComparison.Ordinal));
    }

    private static async Task<bool> Shows(Uri server, Entry entry, string proof)
    {
        using var asker = new ApiPeer(server, Header(proof));
        return (await asker.Reveal(entry.SecretKey!)).Body.Contains(entry.Value, StringComparison.Ordinal);
    }

    /// <summary>Browsers that forget the answer of their first press, and other browsers that have opened the same page before.</summary>
    private static async Task<Claim> LoseInBrowsers(Books books, Uri one, Uri two)
    {
        var (again, byLink, others) = (0, 0, 0);
        foreach (var entry in await books.Create(one, Browsers))
        {
            var path = "/secret/" + entry.SecretKey;
            // Servers on one folder share the keys of cookies and forms, so a browser may come to either.
            using var mine = new Visitor(one);
            using var other = new Visitor(two);
            await mine.Open(path);
            await other.Open(path);
            await mine.Send(path, "");
            others += (await other.Send(path, "")).Text.Contains(entry.Value, StringComparison.Ordinal) ? 1 : 0;
            others += (await other.Open(path)).Status == 404 ? 0 : 1;
            again += (await mine.Send(path, "")).Text.Contains(entry.Value, StringComparison.Ordinal) ? 1 : 0;
            var offer = await mine.Open(path);
            byLink += offer.Status == 200 && !offer.Text.Contains(entry.Value, StringComparison.Ordinal)
                && (await mine.Send(path, "")).Text.Contains(entry.Value, StringComparison.Ordinal) ? 1 : 0;
        }
        return Claim.Of(
            $"retry: {Browsers} browsers show a lost secret again by a reload and by the link, and other browsers do not",
            again == Browsers && byLink == Browsers && others == 0,
            FormattableString.Invariant($"{again} by a reload, {byLink} by the link, {others} by others"));
    }

    private static string Header(string proof) => $"Idempotency-Key: {proof}\r\n";

    /// <summary>The boxes of the kept answers, while they are kept.</summary>
    private static List<byte[]> Boxes(string folder)
    {
        var database = Path.Combine(folder, "onetimesecret.db");
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"Box\" FROM \"KeptAnswers\"";
        using var reader = command.ExecuteReader();
        var boxes = new List<byte[]>();
        while (reader.Read())
            boxes.Add((byte[])reader[0]);
        return boxes;
    }

    /// <summary>Counts the boxes whose names are left in any file, and other pieces of them.</summary>
    private static (int Boxes, int Pieces) Remains(string folder, List<byte[]> boxes)
    {
        var names = boxes.ConvertAll(box => box[..NameLength]);
        var pieces = boxes.SelectMany(box => box.Skip(NameLength).Chunk(PieceLength)).Where(piece => piece.Length == PieceLength).ToList();
        var wanted = names.Concat(pieces).ToLookup(bytes => Key(bytes));
        var found = new HashSet<byte[]>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes))
            for (var at = 0; at <= file.Length - NameLength; at++)
                if (wanted.Contains(Key(file.AsSpan(at))))
                    found.UnionWith(wanted[Key(file.AsSpan(at))].Where(bytes => file.AsSpan(at).StartsWith(bytes)));
        return (names.Count(found.Contains), pieces.Count(found.Contains));

        // Not the beginning of a name, which is the same in every box.
        static ulong Key(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]);
    }

    /// <summary>A secret whose answer was lost, and the proof of its asker.</summary>
    private sealed class Lost(Entry entry, string proof)
    {
        public Entry Entry => entry;

        public string Proof => proof;

        /// <summary>Whether its asker got it again.</summary>
        public bool Again { get; set; }

        /// <summary>How many others were not refused.</summary>
        public int Others { get; set; }

        /// <summary>Whether its asker got it after the window.</summary>
        public bool Late { get; set; }
    }
}
