using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

public sealed class WriteTransactionTests : IAsyncLifetime
{
    private const string Past = "Rows may only be changed through WriteTransaction";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_write_outside_a_write_transaction_is_refused()
    {
        await using var db = Unguarded();
        db.Add(Row(1));
        var saved = await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        Assert.StartsWith(Past, saved.InnerException!.Message, StringComparison.Ordinal);
        db.ChangeTracker.Clear();
        await Refused(() => db.Users.ExecuteDeleteAsync());
        await Refused(() => db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.MailWhenViewed, true)));
        await Refused(() => db.Users.TagWith("why").TagWith("why not").ExecuteDeleteAsync());
        await Refused(() => db.Database.ExecuteSqlAsync($"""REPLACE INTO "DayCounts" ("Day") VALUES (1)"""));
        await Refused(() => db.Database.ExecuteSqlAsync($"""WITH one AS (SELECT 1) DELETE FROM "DayCounts" """));
        await Refused(() => db.Database.ExecuteSqlAsync($"""  delete from "AspNetUsers" """));
        await Refused(() => db.Database.ExecuteSqlAsync($"""INSERT INTO "DayCounts" ("Day") VALUES (1)"""));
        Assert.Throws<InvalidOperationException>(() => db.Note(Act.OfServer(AuditKind.KeyRotated)));
        Assert.Throws<InvalidOperationException>(() => db.Count(new Tally(Created: 1)));
        Assert.Throws<InvalidOperationException>(() => db.Deleted());
        Assert.Throws<InvalidOperationException>(() => db.AfterCommit(() => { }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_acts_and_tallies_are_saved_together_before_signals_are_raised(bool served)
    {
        var write = Write(served);
        var (before, days, told) = (await Acts(), await Created(), 0);
        var number = await write.Run(
            db =>
            {
                db.Add(Row(1));
                db.Note(Act.OfServer(AuditKind.KeyRotated));
                db.Count(new Tally(Created: 1));
                db.AfterCommit(() => told = db.Database.CurrentTransaction is null ? 1 : -1);
                return Task.FromResult(7);
            },
            CancellationToken.None);
        Assert.Equal((7, before + 1, days + 1), (number, await Acts(), await Created()));
        Assert.NotEqual(0, told);
        await using var db = Unguarded();
        Assert.True(await db.KeyChecks.AnyAsync(check => check.RootId == 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Operation_that_throws_leaves_no_row_act_tally_or_signal(bool served)
    {
        var write = Write(served);
        var (before, days, told) = (await Acts(), await Created(), false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => write.Run<int>(
            async db =>
            {
                db.Add(Row(1));
                await db.SaveChangesAsync();
                db.Note(Act.OfServer(AuditKind.KeyRotated));
                db.Count(new Tally(Created: 1));
                db.Deleted();
                db.AfterCommit(() => told = true);
                throw new InvalidOperationException("a rule");
            },
            CancellationToken.None));
        // The next transaction in the same process must not take over anything of it.
        await write.Run(_ => Task.FromResult(0), CancellationToken.None);
        Assert.Equal((before, days, false), (await Acts(), await Created(), told));
        await using var db = Unguarded();
        Assert.False(await db.KeyChecks.AnyAsync(check => check.RootId == 1));
    }

    [Fact]
    public async Task Deletes_are_reported_to_erasure_at_the_commit()
    {
        var leftovers = _server.Get<Leftovers>();
        leftovers.Erased(leftovers.Now());
        Assert.Null(leftovers.OldestUnerased);
        await Write(served: true).Run(
            db =>
            {
                db.Deleted(3);
                return Task.FromResult(0);
            },
            CancellationToken.None);
        Assert.NotNull(leftovers.OldestUnerased);
        Assert.Equal(3, leftovers.Erased(leftovers.Now()));
    }

    [Fact]
    public async Task Failing_signal_undoes_nothing_and_does_not_stop_the_other_signals()
    {
        var told = false;
        Assert.Equal(1, await Write(served: true).Run(
            db =>
            {
                db.AfterCommit(() => throw new InvalidOperationException("nobody listens"));
                db.AfterCommit(() => told = true);
                return Task.FromResult(1);
            },
            CancellationToken.None));
        Assert.True(told);
    }

    [Fact]
    public async Task Synchronous_write_is_saved_and_refuses_to_record_acts()
    {
        var write = Write(served: true);
        write.RunSynchronously(db => db.Add(Row(1)));
        await using var db = Unguarded();
        Assert.True(await db.KeyChecks.AnyAsync(check => check.RootId == 1));
        Assert.Throws<InvalidOperationException>(() => write.RunSynchronously(db => db.Note(Act.OfServer(AuditKind.KeyRotated))));
    }

    [Fact]
    public async Task Locks_taken_out_of_order_are_refused()
    {
        var (account, write) = (RowLock.Account(Guid.NewGuid()), Write(served: true));
        await write.Run(Take(RowLock.Administrators, account, RowLock.Secret([1]), RowLock.Secret([1])), CancellationToken.None);
        await write.Run(
            async db =>
            {
                await db.Lock([RowLock.Secret([2]), account, RowLock.Secret([1]), RowLock.Administrators]); // Lock sorts them
                return 0;
            },
            CancellationToken.None);
        foreach (var wrong in new[] { Take(account, RowLock.Administrators), Take(RowLock.Secret([2]), RowLock.Secret([1])) })
            Assert.Contains(
                "docs/adr/0011",
                (await Assert.ThrowsAsync<InvalidOperationException>(() => write.Run(wrong, CancellationToken.None))).Message,
                StringComparison.Ordinal);
    }

    private static Func<OtsDbContext, Task<int>> Take(params RowLock[] locks) => async db =>
    {
        foreach (var wanted in locks)
            await db.Lock(wanted);
        return 0;
    };

    private static async Task Refused(Func<Task> write) =>
        Assert.StartsWith(Past, (await Assert.ThrowsAsync<InvalidOperationException>(write)).Message, StringComparison.Ordinal);

    /// <summary>The transaction of the server, or that of a program whose write queue does not run, such as a command.</summary>
    private WriteTransaction Write(bool served) => served
        ? _server.Get<WriteTransaction>()
        : ActivatorUtilities.CreateInstance<WriteTransaction>(
            _server.Get<IServiceProvider>(), ActivatorUtilities.CreateInstance<WriteQueue>(_server.Get<IServiceProvider>()));

    private OtsDbContext Unguarded() => _server.Get<IDbContextFactory<OtsDbContext>>().CreateDbContext();

    private async Task<int> Acts()
    {
        await using var db = Unguarded();
        return await db.AuditEvents.CountAsync(row => row.Kind == AuditKind.KeyRotated);
    }

    private async Task<long> Created()
    {
        await using var db = Unguarded();
        return await db.DayCounts.SumAsync(day => day.Created);
    }

    private static KeyCheck Row(uint id) => new() { RootId = id, Box = [1] };
}
