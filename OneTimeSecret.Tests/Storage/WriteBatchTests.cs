using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

/// <summary>What happens to writes on a full disk. The database reports it for real when it may have no further pages.</summary>
public sealed class WriteBatchTests
{
    private const string NoPages = "PRAGMA max_page_count = 1"; // SQLite raises it to the current number of pages
    private const string AnyPages = "PRAGMA max_page_count = 1073741823";

    [Fact]
    public async Task A_write_that_a_full_disk_rolled_back_runs_once_more_after_the_reserve_was_freed()
    {
        await using var server = await RunningServer.Start();
        var (calls, others) = (0, 0);
        var reserve = server.Get<DataFolder>().Reserve;
        Assert.True(File.Exists(reserve));
        var outcomes = await WriteQueueTests.InOneBatch(server,
            db => Insert(db, 1),
            _ => others++ < 9 ? throw new InvalidOperationException("a rule") : Task.FromResult(0),
            async db =>
            {
                await db.Database.ExecuteSqlRawAsync(calls++ == 0 ? NoPages : AnyPages);
                return await Insert(db, 2, new byte[2_000_000]);
            },
            db => Insert(db, 3));
        Assert.Equal(
            "RanToCompletion Faulted RanToCompletion RanToCompletion", string.Join(' ', outcomes.Select(outcome => outcome.Status)));
        Assert.Equal((2, 1), (calls, others)); // what broke a rule has its answer and does not run again
        Assert.Equal("1 2 3", string.Join(' ', await WriteQueueTests.Inserted(server)));
        Assert.False(File.Exists(reserve));
        // The log was emptied of two megabytes. A job may have written a few pages since.
        Assert.InRange(new FileInfo(server.Get<DataFolder>().Database + "-wal").Length, 0, 100_000);
    }

    [Fact]
    public async Task A_write_that_finds_the_disk_full_twice_fails()
    {
        await using var server = await RunningServer.Start();
        var before = await server.Conceal("before");
        var calls = 0;
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => server.Get<WriteQueue>().Run(
            async db =>
            {
                calls++;
                await db.Database.ExecuteSqlRawAsync(NoPages);
                return await Insert(db, 1, new byte[2_000_000]);
            },
            CancellationToken.None));
        Assert.True(EngineFault.IsDiskFull(fault));
        Assert.Equal(2, calls);
        await server.Get<WriteQueue>().Run(db => db.Database.ExecuteSqlRawAsync(AnyPages), CancellationToken.None);
        Assert.Empty(await WriteQueueTests.Inserted(server));
        Assert.Equal("before", (await server.TryReveal(before.Key)).Value());
        server.Get<StorageRoom>().MakeReserve();
        Assert.Equal("after", (await server.TryReveal((await server.Conceal("after")).Key)).Value());
    }

    /// <summary>After a failed sync nobody knows whether the write is on the disk, so it must not run again.</summary>
    [Theory]
    [InlineData(EngineFaults.SyncFailed, 1)]
    [InlineData(EngineFaults.DiskFull, 2)]
    public async Task Only_a_commit_that_was_rolled_back_for_lack_of_room_is_tried_again(int code, int tries)
    {
        var faults = new EngineFaults { Code = code };
        await using var server = await RunningServer.Start(null, faults.Attach);
        var secret = await server.Conceal("value");
        var calls = 0;
        faults.CommitsFail = true;
        await Assert.ThrowsAnyAsync<Exception>(() => server.Get<WriteQueue>().Run(_ => Task.FromResult(calls++), CancellationToken.None));
        await Assert.ThrowsAnyAsync<Exception>(() => server.TryReveal(secret.Key));
        Assert.Equal(tries, calls);
        Assert.Equal(code == EngineFaults.SyncFailed, File.Exists(server.Get<DataFolder>().Reserve));
        faults.CommitsFail = false;
        Assert.Equal("value", (await server.TryReveal(secret.Key)).Value());
    }

    [Fact]
    public async Task Any_fault_on_a_full_volume_frees_the_reserve_before_the_caller_learns_of_it()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (reserve, isEarly) = (server.Get<DataFolder>().Reserve, false);
        var write = new WriteOperation<int>(_ => Task.FromResult(0), CancellationToken.None);
        server.Get<StorageRoom>().Free = () =>
        {
            isEarly |= write.IsDone && File.Exists(reserve); // the caller may write again at once
            return 0;
        };
        faults.CommitsFail = true;
        await server.Get<WriteBatch>().Commit([write]);
        await Assert.ThrowsAnyAsync<Exception>(() => write.Outcome);
        Assert.False(File.Exists(reserve));
        Assert.False(isEarly);
    }

    private static async Task<int> Insert(OtsDbContext db, uint id, byte[]? box = null)
    {
        db.KeyChecks.Add(new KeyCheck { RootId = id, Box = box ?? [] });
        await db.SaveChangesAsync();
        return (int)id;
    }
}
