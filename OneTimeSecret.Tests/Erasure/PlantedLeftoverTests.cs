using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>
/// Bytes are planted in unused parts of the database files, as an older engine, another setting or a crash could leave them. The
/// verification finds whole boxes by their names, and pieces because no live row contains them.
/// </summary>
public sealed class PlantedLeftoverTests : IAsyncLifetime
{
    private const int PageSize = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;

    public enum Where
    {
        Gap,
        FreeBlock,
        OverflowTail,
        FreePage,
        FreeTrunk,
    }

    private string Database => Path.Combine(_folder, "onetimesecret.db");

    public async ValueTask InitializeAsync()
    {
        await using var server = await Start();
        var large = await server.Conceal(new string('x', 10_000));
        var keys = new List<SecretKey>();
        for (var i = 0; i < 60; i++)
            keys.Add((await server.Conceal(new string('x', 150))).Key);
        await server.Conceal(new string('x', 8000));
        // Makes unused space of every kind: free pages of the large secret, free blocks of some small ones.
        await server.TryReveal(large.Key);
        foreach (var key in keys.Where((_, i) => i % 7 == 3))
            await server.TryReveal(key);
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(Where.Gap)]
    [InlineData(Where.FreeBlock)]
    [InlineData(Where.OverflowTail)]
    [InlineData(Where.FreePage)]
    [InlineData(Where.FreeTrunk)]
    public async Task Planted_boxes_and_pieces_are_found_in_every_kind_of_unused_space(Where where)
    {
        Assert.Equal((new Leftover(0, 0), 0), await InDatabase());
        var at = Find(where);
        var box = NewBox(40);
        Plant(at, box);
        Assert.Equal((new Leftover(1, 1), 1), await InDatabase());
        Plant(at, new byte[box.Length]);
        Plant(at + 8, box.AsSpan(20, 36)); // from the middle of the box, without its mark and name
        Assert.Equal((new Leftover(0, 1), 1), await InDatabase());
        Plant(at, new byte[box.Length]);
        Assert.Equal((new Leftover(0, 0), 0), await InDatabase());
    }

    [Fact]
    public async Task Copy_of_a_live_row_counts_as_a_leftover_only_after_the_row_is_deleted()
    {
        var (key, _) = await OnServer(server => server.Conceal(new string('x', 200)));
        await OnServer(server => server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));
        byte[] box;
        await using (var server = await Start())
        {
            await using var db = server.Database();
            box = db.Secrets.Single(s => s.Id == key.Id).Box;
        }
        Plant(Find(Where.FreePage) + 3, box);
        Assert.Equal((new Leftover(0, 0), 0), await InDatabase());
        await OnServer(server => server.TryReveal(key));
        await OnServer(server => server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));
        Assert.Equal((new Leftover(1, 1), 1), await InDatabase());
        await OnServer(server => server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None));
        Assert.Equal((new Leftover(0, 0), 0), await InDatabase());
    }

    [Fact]
    public async Task Old_frames_behind_the_current_end_of_the_write_ahead_log_are_found()
    {
        await using var server = await Start();
        var (key, _) = await server.Conceal(new string('x', 9000));
        await server.TryReveal(key);
        await server.Conceal(new string('x', 9000));
        await Execute(server, "PRAGMA wal_checkpoint(PASSIVE)"); // all pages are in the database now, and still in the log
        await server.Conceal("x"); // restarts the log at its beginning, before the old frames
        var found = (await server.Get<VerifyErasure>().Run(CancellationToken.None)).Files[DatabaseFile.Wal];
        Assert.InRange(found.Boxes, 1, 2);
        Assert.InRange(found.Pieces, 1, int.MaxValue);
        await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None);
        Assert.Equal(new Leftover(0, 0), (await server.Get<VerifyErasure>().Run(CancellationToken.None)).Files[DatabaseFile.Wal]);
    }

    [Fact]
    public async Task Rollback_journal_left_by_another_program_is_found()
    {
        // Like the journal that journal_mode=PERSIST leaves: nothing to roll back, but all the pages are there.
        await File.WriteAllBytesAsync(Database + "-journal", [.. new byte[512], .. NewBox(40)]);
        await using var server = await Start();
        var report = await server.Get<VerifyErasure>().Run(CancellationToken.None);
        Assert.Equal(new Leftover(1, 1), report.Files[DatabaseFile.Journal]);
        Assert.Equal((false, 0), (report.IsClean, report.DirtyPages));
    }

    private static byte[] NewBox(int size)
    {
        var box = RandomNumberGenerator.GetBytes(Box.Overhead + size);
        Box.Mark.CopyTo(box);
        return box;
    }

    /// <summary>Finds an offset in the file with unused space for a box. No server may run.</summary>
    private long Find(Where where)
    {
        using var file = File.OpenHandle(Database);
        using var wal = new SqliteWal(Database, PageSize);
        var pages = new SqlitePages(file, PageSize, wal);
        var found = new List<long>();
        foreach (var (root, isSecrets) in Roots())
            pages.ShowTree(root, (page, bytes, stretches, holdsRows) =>
            {
                var isBranch = SqlitePage.Read(bytes, SqlitePages.HeaderOf(page)) is not null;
                var use = where == Where.FreeBlock ? StretchUse.FreeBlock : StretchUse.Gap;
                if (isSecrets && holdsRows && where <= Where.OverflowTail && isBranch == (where != Where.OverflowTail))
                    found.AddRange(stretches.Where(s => s.Use == use && s.Length > 100).Select(s => At(page, s.Start + 4)));
            });
        var trunks = Trunks(file);
        pages.ShowFree((page, _, _, _) =>
        {
            if (where == (trunks.Contains(page) ? Where.FreeTrunk : Where.FreePage))
                found.Add(At(page, PageSize / 2));
        });
        return found[^1];

        static long At(uint page, int offset) => ((page - 1L) * PageSize) + offset;
    }

    /// <summary>The trunk pages, which list the free pages.</summary>
    private static HashSet<uint> Trunks(SafeFileHandle file)
    {
        var trunks = new HashSet<uint>();
        var number = new byte[sizeof(uint)];
        for (var at = 32L; ; at = (BinaryPrimitives.ReadUInt32BigEndian(number) - 1L) * PageSize)
        {
            RandomAccess.Read(file, number, at);
            if (BinaryPrimitives.ReadUInt32BigEndian(number) is var trunk && (trunk == 0 || !trunks.Add(trunk)))
                return trunks;
        }
    }

    private List<(uint Root, bool IsSecrets)> Roots()
    {
        using var connection = new SqliteConnection($"Data Source={Database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1, 0 UNION SELECT rootpage, name = 'Secrets' FROM sqlite_schema WHERE rootpage > 0";
        using var reader = command.ExecuteReader();
        var roots = new List<(uint, bool)>();
        while (reader.Read())
            roots.Add(((uint)reader.GetInt64(0), reader.GetBoolean(1)));
        return roots;
    }

    private void Plant(long at, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(Database, access: FileAccess.ReadWrite);
        RandomAccess.Write(file, bytes, at);
    }

    private async Task<(Leftover, int Dirty)> InDatabase()
    {
        var report = await OnServer(server => server.Get<VerifyErasure>().Run(CancellationToken.None));
        Assert.All(report.Files.Where(f => f.Key != DatabaseFile.Database), f => Assert.Equal(new Leftover(0, 0), f.Value));
        return (report.Files[DatabaseFile.Database], report.DirtyPages);
    }

    private async Task<T> OnServer<T>(Func<RunningServer, Task<T>> run)
    {
        await using var server = await Start();
        return await run(server);
    }

    private Task<RunningServer> Start() => RunningServer.Start(_folder, adjust: null);

    private static async Task Execute(RunningServer server, string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={server.Get<DataFolder>().Database};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }
}
