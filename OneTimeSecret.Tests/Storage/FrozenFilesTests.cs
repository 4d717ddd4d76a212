using System.Text;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Benchmarks.Proofs;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage.Sqlite;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Connections that open while the files cannot be written, as on a volume that is mounted read-only for a while.</summary>
public sealed class FrozenFilesTests : IDisposable
{
    // Beside the program, because the temporary folder may be in memory, where open files stay writable.
    private readonly string _folder =
        Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"ots-frozen-{Guid.NewGuid():N}")).FullName;

    public FrozenFilesTests() => Assert.SkipUnless(Volume.CanFreeze(_folder, out var reason), reason);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Once_the_database_can_be_written_again_the_first_write_works()
    {
        await using var server = await Start();
        await using var open = await EmptyPool(server);
        await WhileFrozen(["onetimesecret.db", "onetimesecret.db-wal"], async () =>
        {
            await using var reader = server.Database();
            await using var other = server.Database();
            Assert.Equal(0, await reader.Set<StoredSecret>().CountAsync());
            Assert.Equal(0, await other.Set<StoredSecret>().CountAsync());
            await Assert.ThrowsAnyAsync<Exception>(() => Share(server));
        });
        for (var i = 0; i < 5; i++)
            await Share(server);
    }

    /// <summary>Such a connection cannot be recognised when it opens, so one write may fail.</summary>
    [Fact]
    public async Task Once_the_log_can_be_written_again_the_second_write_works()
    {
        await using var server = await Start();
        await using var open = await EmptyPool(server);
        await WhileFrozen(["onetimesecret.db-wal"], () => Assert.ThrowsAnyAsync<Exception>(() => Share(server)));
        await Record.ExceptionAsync(() => Share(server));
        await Share(server);
    }

    private async Task<RunningServer> Start()
    {
        await MigratedDatabase.CopyTo(_folder);
        return await RunningServer.Start(_folder, adjust: null);
    }

    /// <summary>Makes the server open new connections. One stays open, so that the log stays in use.</summary>
    private static async Task<IAsyncDisposable> EmptyPool(RunningServer server)
    {
        var db = server.Database();
        await db.Database.OpenConnectionAsync();
        Assert.Equal(0, await db.Set<StoredSecret>().CountAsync());
        server.Get<SqlitePool>().Dispose();
        return db;
    }

    private async Task WhileFrozen(string[] names, Func<Task> act)
    {
        string[] files = [.. names.Select(name => Path.Combine(_folder, name))];
        Volume.Freeze(files, frozen: true);
        try
        {
            await act();
        }
        finally
        {
            Volume.Freeze(files, frozen: false);
        }
    }

    private static Task<ConcealOutcome> Share(RunningServer server) => server.Get<ConcealSecret>().Run(
        Encoding.ASCII.GetBytes("value"), new SecretDraft(null, null), Verbs.Somebody, CancellationToken.None);
}
