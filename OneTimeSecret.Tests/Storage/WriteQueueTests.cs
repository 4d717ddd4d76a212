using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

public sealed class WriteQueueTests
{
    [Fact]
    public async Task Failed_operation_leaves_nothing_and_the_other_operations_of_its_batch_succeed()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var outcomes = await InOneBatch(server,
            db => Insert(db, 1),
            async db => await Insert(db, 2) + await Insert(db, 1), // the second insert violates the unique key
            async db => await Insert(db, 3) + await Throw(),
            db => Insert(db, 4),
            _ => Task.FromCanceled<int>(new CancellationToken(canceled: true)),
            db => Insert(db, 5));
        Assert.Equal(
            "RanToCompletion Faulted Faulted RanToCompletion Canceled RanToCompletion",
            string.Join(' ', outcomes.Select(outcome => outcome.Status)));
        Assert.IsType<DbUpdateException>(outcomes[1].Exception!.InnerException);
        Assert.Equal("1 4 5", string.Join(' ', await Inserted(server)));
    }

    [Fact]
    public async Task Database_error_fails_the_whole_batch()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var outcomes = await InOneBatch(server,
            db => Insert(db, 1),
            async _ => await Throw(),
            async db =>
            {
                faults.Failing = "INSERT INTO \"KeyChecks\"";
                return await Insert(db, 2);
            },
            db => Insert(db, 3));
        faults.Failing = null;
        Assert.All(outcomes, outcome => Assert.Equal(TaskStatus.Faulted, outcome.Status));
        Assert.IsType<InvalidOperationException>(outcomes[1].Exception!.InnerException); // had failed before, for its own reason
        Assert.All([outcomes[0], outcomes[3]], outcome => Assert.True(EngineFault.Is(outcome.Exception!.InnerException!)));
        Assert.Empty(await Inserted(server));
        Assert.Equal(4, await server.Get<WriteQueue>().Run(db => Insert(db, 4), CancellationToken.None));
    }

    [Fact]
    public async Task Operations_that_wait_together_share_one_commit()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach, "--Storage:BatchSize=50");
        await server.Conceal("warm");
        var before = faults.Commits;
        Func<OtsDbContext, Task<int>> Numbered(int i) => db => Insert(db, (uint)i);
        var outcomes = await InOneBatch(server, [.. Enumerable.Range(1, 100).Select(Numbered)]);
        Assert.All(outcomes, outcome => Assert.Equal(TaskStatus.RanToCompletion, outcome.Status));
        Assert.Equal(3, faults.Commits - before); // two full batches with the operation that held them up, and its last one
    }

    [Fact]
    public async Task Operation_fails_if_its_commit_fails()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => server.Get<WriteQueue>().Run(db => Insert(db, 1), CancellationToken.None));
        faults.CommitsFail = false;
        Assert.Empty(await Inserted(server));
    }

    [Fact]
    public async Task Cancelling_counts_until_the_operation_begins_and_not_after()
    {
        await using var server = await RunningServer.Start();
        var queue = server.Get<WriteQueue>();
        using var cancelled = new CancellationTokenSource();
        Task<int> waiting;
        Task<int> begun;
        await using (new WriteLock(server))
        {
            begun = queue.Run(
                async db =>
                {
                    await cancelled.CancelAsync();
                    return await Insert(db, 1);
                },
                cancelled.Token);
            await Verbs.Until(() => queue.Depth == 0);
            waiting = queue.Run(db => Insert(db, 2), cancelled.Token);
        }
        Assert.Equal(1, await begun);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1u, Assert.Single(await Inserted(server)));
    }

    [Fact]
    public async Task Full_queue_refuses_new_operations_at_once_but_RunWhenRoom_waits()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=1");
        var queue = server.Get<WriteQueue>();
        Task<int>[] taken;
        await using (new WriteLock(server))
        {
            var first = queue.Run(db => Insert(db, 1), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            taken = [first, queue.Run(db => Insert(db, 2), CancellationToken.None), queue.RunWhenRoom(db => Insert(db, 3))];
            await Assert.ThrowsAsync<ServerBusyException>(() => queue.Run(db => Insert(db, 4), CancellationToken.None));
            Assert.DoesNotContain(taken, task => task.IsCompleted);
        }
        Assert.Equal("1 2 3", string.Join(' ', await Task.WhenAll(taken)));
    }

    [Fact]
    public async Task A_full_queue_gives_the_newest_place_of_the_largest_network_to_a_smaller_one_and_serves_that_first()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=3", "--Storage:BatchSize=1");
        var queue = server.Get<WriteQueue>();
        List<Task<int>> flood, others;
        var order = new List<uint>();
        await using (new WriteLock(server))
        {
            var first = queue.Run(db => Insert(db, 1), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            flood = [first, .. Enumerable.Range(2, 3).Select(i => Of("192.0.2.1", (uint)i))];
            others = [Of("198.51.100.1", 5)];
            await Assert.ThrowsAsync<ServerBusyException>(() => flood[3]);
        }
        await Task.WhenAll([.. flood[..3], .. others]);
        Assert.Equal([2u, 5u, 3u], order);
        Assert.Equal("1 2 3 5", string.Join(' ', await Inserted(server)));

        Task<int> Of(string client, uint id)
        {
            Turn.Current = server.Get<Turns>().Pass(ClientAddress.Of(client));
            var run = queue.Run(
                db =>
                {
                    order.Add(id);
                    return Insert(db, id);
                },
                CancellationToken.None);
            Turn.Current = null;
            return run;
        }
    }

    [Fact]
    public async Task A_batch_runs_about_as_long_as_its_commit_takes()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var syncs = TimeSpan.Zero;
        faults.Committing = () => server.Clock.Advance(syncs);
        Func<OtsDbContext, Task<int>> Slow(int i) => db =>
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(1));
            return Insert(db, (uint)i);
        };
        await CommitsOf(20, 7); // 3 ms at least
        syncs = TimeSpan.FromMilliseconds(10);
        await CommitsOf(23, 3); // 3, then 10 and 10
        syncs = TimeSpan.FromSeconds(10);
        await CommitsOf(110, 3); // 10, then 50 and 50: one slow sync delays nobody for long

        async Task CommitsOf(int operations, int commits)
        {
            var before = faults.Commits;
            await InOneBatch(server, [.. Enumerable.Range(1, operations).Select(i => Slow((100 * before) + i))]);
            Assert.Equal(commits, faults.Commits - before);
        }
    }

    [Fact]
    public async Task Everybody_who_waits_for_a_locked_database_is_refused_at_once()
    {
        await using var server = await RunningServer.Start("--Storage:BusySeconds=1");
        var queue = server.Get<WriteQueue>();
        await using (new WriteLock(server))
        {
            var waiting = Enumerable.Range(1, 30).Select(i => queue.Run(db => Insert(db, (uint)i), CancellationToken.None)).ToList();
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => waiting[0]);
            Assert.All(waiting, other => Assert.Same(refused, other.Exception?.InnerException));
        }
        Assert.Equal(31, await queue.Run(db => Insert(db, 31), CancellationToken.None));
    }

    [Fact]
    public async Task Stop_finishes_the_queued_operations_and_refuses_new_ones()
    {
        await using var server = await RunningServer.Start();
        var queue = server.Get<WriteQueue>();
        Task<int>[] taken;
        Task stopping;
        await using (new WriteLock(server))
        {
            taken = [.. Enumerable.Range(1, 300).Select(i => queue.Run(db => Insert(db, (uint)i), CancellationToken.None))];
            stopping = queue.StopAsync(CancellationToken.None);
            await Assert.ThrowsAsync<ServerBusyException>(() => queue.Run(db => Insert(db, 1000), CancellationToken.None));
            await Assert.ThrowsAsync<ServerBusyException>(() => queue.RunWhenRoom(db => Insert(db, 1001)));
            Assert.False(stopping.IsCompleted);
        }
        await stopping;
        Assert.Equal(300, (await Task.WhenAll(taken)).Length);
        Assert.Equal(300, (await Inserted(server)).Count);
    }

    /// <summary>StartAsync only queues the loop on the thread pool, so StopAsync may run before the loop does.</summary>
    [Fact]
    public async Task Stop_before_the_loop_has_begun_finishes_the_queued_operations()
    {
        await using var server = await RunningServer.Start();
        for (var i = 1u; i <= 100; i++)
        {
            using var queue = ActivatorUtilities.CreateInstance<WriteQueue>(server.Get<IServiceProvider>());
            var taken = queue.Run(db => Insert(db, i), CancellationToken.None);
            await queue.StartAsync(CancellationToken.None);
            await queue.StopAsync(CancellationToken.None);
            Assert.True(taken.IsCompletedSuccessfully);
        }
        Assert.Equal(100, (await Inserted(server)).Count);
    }

    /// <summary>Runs <paramref name="operations"/> in one batch: they queue up while its first operation runs.</summary>
    internal static async Task<List<Task<int>>> InOneBatch(RunningServer server, params Func<OtsDbContext, Task<int>>[] operations)
    {
        var queue = server.Get<WriteQueue>();
        var held = await HeldWrites.Hold(queue);
        List<Task<int>> outcomes = [.. operations.Select(operation => queue.Run(operation, CancellationToken.None))];
        held.SetResult();
        await Task.WhenAll(outcomes.Select(outcome => outcome.ContinueWith(_ => 0, TaskScheduler.Default)));
        return outcomes;
    }

    /// <summary>Inserts a row that no other row refers to, and returns its id.</summary>
    private static async Task<int> Insert(OtsDbContext db, uint id)
    {
        db.KeyChecks.Add(new KeyCheck { RootId = id, Box = [] });
        await db.SaveChangesAsync();
        return (int)id;
    }

    internal static async Task<List<uint>> Inserted(RunningServer server)
    {
        await using var db = server.Database();
        return await db.KeyChecks.Where(check => check.RootId < 10_000).Select(check => check.RootId).Order().ToListAsync();
    }

    private static Task<int> Throw() => throw new InvalidOperationException("a rule");
}
