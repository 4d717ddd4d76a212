using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Erasure;

namespace OneTimeSecret.Tests.Erasure;

public sealed class SqliteWalTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
    private readonly SqliteConnection _connection;

    public SqliteWalTests()
    {
        _connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; CREATE TABLE a (b)");
    }

    private string Path => System.IO.Path.Combine(_folder, "some.db");

    public void Dispose()
    {
        _connection.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Last_committed_image_of_a_page_is_current_and_earlier_images_are_overtaken()
    {
        Execute("INSERT INTO a VALUES ('first')");
        Execute("INSERT INTO a VALUES ('second')");
        using var wal = new SqliteWal(Path, PageSize);
        Assert.Equal(2u, wal.Pages);
        var page = new byte[PageSize];
        Assert.True(wal.TryRead(2, page));
        Assert.True(page.AsSpan().IndexOf("second"u8) > 0);
        Assert.False(wal.TryRead(3, page));
        var overtaken = new List<bool>();
        wal.ReadOvertaken((_, bytes) => overtaken.Add(bytes.Span.IndexOf("second"u8) > 0));
        Assert.NotEmpty(overtaken);
        Assert.DoesNotContain(true, overtaken);
    }

    /// <summary>A frame with a wrong checksum was never committed, and neither were the frames after it.</summary>
    [Fact]
    public void A_damaged_frame_ends_the_log()
    {
        Execute("INSERT INTO a VALUES ('first')");
        Execute("INSERT INTO a VALUES ('second')");
        using (var file = new FileStream(Path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = file.Length - 1;
            file.WriteByte(0xEE);
        }
        using var wal = new SqliteWal(Path, PageSize);
        var page = new byte[PageSize];
        Assert.True(wal.TryRead(2, page));
        Assert.True(page.AsSpan().IndexOf("first"u8) > 0);
        Assert.Equal(-1, page.AsSpan().IndexOf("second"u8));
    }

    [Theory]
    [InlineData("INSERT INTO a VALUES (2)", false)]
    [InlineData("PRAGMA wal_checkpoint(PASSIVE)", false)]
    [InlineData("PRAGMA wal_checkpoint(PASSIVE); INSERT INTO a VALUES (2)", true)]
    [InlineData("PRAGMA wal_checkpoint(TRUNCATE)", true)]
    public void Restarted_or_truncated_write_ahead_log_is_detected(string statements, bool restarted)
    {
        using var wal = new SqliteWal(Path, PageSize);
        Execute(statements);
        Assert.Equal(restarted, wal.WasRestarted);
    }

    private void Execute(string statements)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }
}
