using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using OneTimeSecret.Core.Erasure;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>Checks the reader of raw pages against files that SQLite wrote.</summary>
public sealed class SqlitePageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Rows and keys of all sizes are inserted, changed and deleted. Every round leaves other unused space.</summary>
    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Every_byte_of_every_page_is_assigned_to_exactly_one_use(int pageSize)
    {
        var path = Path.Combine(_folder, "some.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, $"PRAGMA page_size={pageSize}; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=50");
        Execute(connection, "CREATE TABLE a (id INTEGER PRIMARY KEY, b BLOB, t TEXT); CREATE INDEX i ON a (b); " +
            "CREATE TABLE k (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID");
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite);
        for (var round = 0; round < 30; round++)
        {
            Execute(connection, "BEGIN");
            for (var i = 0; i < 20; i++)
            {
                var (size, small, id) = (Any(Any(2) == 0 ? 60 : 3 * pageSize), Any(40), Any(400));
                Execute(connection, Any(4) switch
                {
                    0 => $"DELETE FROM a WHERE id BETWEEN {id} AND {id + small}",
                    1 => $"UPDATE OR IGNORE a SET b = randomblob({size}) WHERE id = {id}",
                    2 => $"INSERT OR REPLACE INTO k VALUES (hex(randomblob({small})), {id})",
                    _ => $"INSERT OR REPLACE INTO a VALUES ({id}, randomblob({size}), hex(randomblob({small})))",
                });
            }
            Execute(connection, "COMMIT");
            AssertAccounted(connection, file, path, pageSize);
        }
    }

    [Fact]
    public void Random_bytes_are_rejected_or_read_as_a_complete_page()
    {
        var page = new byte[4096];
        for (var i = 0; i < 100_000; i++)
        {
            RandomNumberGenerator.Fill(page.AsSpan(0, 64));
            page[0] = (byte)Any(16);
            page[3] &= (byte)Any(2);
            if (SqlitePage.Read(page, 0) is { } read)
                Assert.Equal(page.Length, Tiled(read.Stretches));
        }
        Assert.Null(SqlitePage.Read(new byte[4096], 0));
    }

    /// <summary>All trees and the free list together cover the whole file. The stretches of a page cover the page without gaps.</summary>
    private static void AssertAccounted(SqliteConnection connection, SafeFileHandle file, string path, int pageSize)
    {
        using var wal = new SqliteWal(path, pageSize);
        var pages = new SqlitePages(file, pageSize, wal);
        Assert.Equal((uint)Number(connection, "PRAGMA page_count"), pages.Count);
        var (inTrees, rows) = (0u, 0L);
        foreach (var root in Numbers(connection, "SELECT 1 UNION SELECT rootpage FROM sqlite_schema WHERE rootpage > 0"))
            pages.ShowTree((uint)root, (page, bytes, stretches, holdsRows) =>
            {
                inTrees++;
                Assert.Equal(pageSize, Tiled(stretches));
                var header = SqlitePages.HeaderOf(page);
                if (SqlitePage.Read(bytes, header) is { } read)
                {
                    // SQLite keeps its own count of fragmented bytes in the page header.
                    Assert.Equal(bytes[header + 7], stretches.Where(s => s.Use == StretchUse.Fragment).Sum(s => s.Length));
                    rows += read.HoldsRows ? stretches.Count(s => s.Use == StretchUse.Content) : 0;
                }
            });
        var free = 0u;
        Assert.Equal((uint)Number(connection, "PRAGMA freelist_count"), pages.ShowFree((_, _, _, _) => free++));
        Assert.Equal(pages.Count, inTrees + free);
        Assert.Equal(Number(connection, "SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM sqlite_schema)"), rows);
    }

    private static int Any(int below) => RandomNumberGenerator.GetInt32(below);

    private static int Tiled(IReadOnlyList<Stretch> stretches)
    {
        var at = 0;
        foreach (var stretch in stretches)
        {
            Assert.Equal(at, stretch.Start);
            at = stretch.End;
        }
        return at;
    }

    private static void Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string query) => Assert.Single(Numbers(connection, query));

    private static List<long> Numbers(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var numbers = new List<long>();
        while (reader.Read())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
