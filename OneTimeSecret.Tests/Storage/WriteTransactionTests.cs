using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

public sealed class WriteTransactionTests : IAsyncLifetime
{
    private const string Past = "Rows are changed by a WriteTransaction alone";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_write_past_it_is_refused_however_it_is_made()
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
    public async Task What_is_done_is_saved_with_its_acts_and_tallies_and_then_told(bool served)
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
    public async Task What_throws_after_noting_leaves_neither_row_nor_act_nor_tally_nor_signal(bool served)
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
        // What comes next in the same process takes nothing of it along.
        await write.Run(_ => Task.FromResult(0), CancellationToken.None);
        Assert.Equal((before, days, false), (await Acts(), await Created(), told));
        await using var db = Unguarded();
        Assert.False(await db.KeyChecks.AnyAsync(check => check.RootId == 1));
    }

    [Fact]
    public async Task Deletes_are_told_to_erasure_with_the_commit()
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
    public async Task A_signal_that_fails_undoes_nothing_and_keeps_no_other_from_being_raised()
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
    public async Task What_is_written_synchronously_is_saved_and_what_it_noted_is_refused_instead_of_lost()
    {
        var write = Write(served: true);
        write.RunSynchronously(db => db.Add(Row(1)));
        await using var db = Unguarded();
        Assert.True(await db.KeyChecks.AnyAsync(check => check.RootId == 1));
        Assert.Throws<InvalidOperationException>(() => write.RunSynchronously(db => db.Note(Act.OfServer(AuditKind.KeyRotated))));
    }

    [Fact]
    public async Task Locks_are_taken_in_their_order_alone()
    {
        var (account, write) = (RowLock.Account(Guid.NewGuid()), Write(served: true));
        await write.Run(Take(RowLock.Administrators, account, RowLock.Secret([1]), RowLock.Secret([1])), CancellationToken.None);
        await write.Run(
            async db =>
            {
                await db.Lock([RowLock.Secret([2]), account, RowLock.Secret([1]), RowLock.Administrators]); // sorted by itself
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

    /// <summary>The server's own, or one of a program whose write queue is not at work, as a verb's.</summary>
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
