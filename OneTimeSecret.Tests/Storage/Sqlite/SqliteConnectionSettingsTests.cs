using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Storage.Sqlite;

namespace OneTimeSecret.Tests.Storage.Sqlite;

public sealed class SqliteConnectionSettingsTests
{
    [Fact]
    public async Task Every_connection_has_the_settings_that_exactly_once_and_erasure_need()
    {
        await using var server = await RunningServer.Start();
        // More at once than the pool has so far, and then again what the pool gives back.
        for (var round = 0; round < 2; round++)
        {
            var open = new List<OtsDbContext>();
            for (var i = 0; i < 10; i++)
            {
                open.Add(server.Database());
                await open[i].Database.OpenConnectionAsync();
                Assert.Equal("wal 2 1 2 1", await Settings(open[i]));
            }
            foreach (var db in open)
            {
                // Whatever somebody changed is put right when the pool gives the connection out again.
                await db.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=OFF; PRAGMA synchronous=NORMAL; PRAGMA temp_store=FILE");
                await db.DisposeAsync();
            }
        }
        await server.Get<WriteQueue>().Run(
            async db =>
            {
                Assert.Equal("wal 2 1 2 1", await Settings(db));
                return 0;
            },
            CancellationToken.None);
    }

    [Fact]
    public async Task A_database_that_does_not_take_a_setting_is_not_used()
    {
        // A database in memory has no write-ahead log.
        var options = new DbContextOptionsBuilder<SqliteOtsDbContext>()
            .UseSqlite("Data Source=:memory:").AddInterceptors(new SqliteConnectionSettings()).Options;
        await using var db = new SqliteOtsDbContext(options);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => db.Database.OpenConnectionAsync());
        Assert.Contains("did not take the settings", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_is_passed_over_in_silence_is_noticed()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "some.db")};Pooling=False"))
        {
            connection.Open();
            Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; BEGIN");
            // Inside a transaction SQLite ignores foreign_keys without a word.
            Assert.ThrowsAny<Exception>(() => new SqliteConnectionSettings().ConnectionOpened(connection, null!));
            Execute("ROLLBACK");
            new SqliteConnectionSettings().ConnectionOpened(connection, null!);

            void Execute(string statements)
            {
                using var command = connection.CreateCommand();
                command.CommandText = statements;
                command.ExecuteNonQuery();
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> Settings(OtsDbContext db)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText =
            "SELECT journal_mode || ' ' || synchronous || ' ' || secure_delete || ' ' || temp_store || ' ' || foreign_keys " +
            "FROM pragma_journal_mode, pragma_synchronous, pragma_secure_delete, pragma_temp_store, pragma_foreign_keys";
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
