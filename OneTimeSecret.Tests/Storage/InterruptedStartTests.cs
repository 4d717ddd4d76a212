using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

public sealed class InterruptedStartTests
{
    [Fact]
    public async Task Migration_lock_left_by_a_crash_does_not_prevent_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        try
        {
            await using (var server = await RunningServer.Start(folder, adjust: null))
            await using (var db = server.Database())
                await db.Database.ExecuteSqlRawAsync(
                    "CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER PRIMARY KEY, \"Timestamp\" TEXT);" +
                    "INSERT OR IGNORE INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01');");
            await using var again = await RunningServer.Start(folder, adjust: null).WaitAsync(TimeSpan.FromSeconds(120));
            Assert.Equal("x", (await again.TryReveal((await again.Conceal("x")).Key)).Value());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Crash_during_the_first_start_does_not_prevent_the_second_start()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "onetimesecret.db"), []);
            await using (var plain = new Microsoft.Data.Sqlite.SqliteConnection(
                $"Data Source={Path.Combine(folder, "onetimesecret.db")};Pooling=False"))
            {
                await plain.OpenAsync();
                await using var command = plain.CreateCommand();
                command.CommandText =
                    "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL);" +
                    "INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01');";
                await command.ExecuteNonQueryAsync();
            }
            await using var server = await RunningServer.Start(folder, adjust: null).WaitAsync(TimeSpan.FromSeconds(120));
            Assert.Equal("x", (await server.TryReveal((await server.Conceal("x")).Key)).Value());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Running_server_refuses_the_key_ring_of_another_database()
    {
        await using var server = await RunningServer.Start();
        await using var other = await RunningServer.Start();
        var (key, _) = await server.Conceal("value");
        var ring = server.Get<DataFolder>().KeyRing.Path;
        var right = await File.ReadAllBytesAsync(ring);

        File.Copy(other.Get<DataFolder>().KeyRing.Path, ring, overwrite: true);
        var refusal = await Assert.ThrowsAsync<KeyRingException>(() => server.Conceal("sealed with a foreign root"));
        Assert.Contains("replaced by another", refusal.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(ring, right);
        Assert.Equal("value", (await server.TryReveal(key)).Value());
        Assert.Equal("x", (await server.TryReveal((await server.Conceal("x")).Key)).Value());
    }
}
