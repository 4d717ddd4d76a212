using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Storage;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>What was not done is neither in the trail nor counted; what was done is in both.</summary>
public sealed class RecordActsTests
{
    [Fact]
    public async Task An_operation_that_fails_leaves_neither_row_nor_count_and_its_neighbours_do()
    {
        await using var server = await RunningServer.Start();
        var queue = server.Get<WriteQueue>();
        Task<int>[] outcomes;
        Task<int> first;
        await using (new WriteLock(server))
        {
            first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            outcomes = [.. Enumerable.Range(0, 5).Select(i => queue.Run(db => Note(db, i, fails: i is 1 or 4), CancellationToken.None))];
        }
        await first;
        await Task.WhenAll(outcomes.Select(outcome => outcome.ContinueWith(_ => 0, TaskScheduler.Default)));
        Assert.Equal("0 2 3", string.Join(' ', (await server.Trail()).Select(row => row.Subject)));
        Assert.Equal(3, await Created(server));
        Assert.Equal((AuditFlaw.NoHead, null), await Headless(server));
    }

    [Fact]
    public async Task A_commit_that_fails_leaves_nothing_also_not_in_the_next_one()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => server.Conceal("value"));
        faults.CommitsFail = false;
        Assert.Empty(await server.Trail());
        Assert.Equal(0, await Created(server));
        await server.Conceal("value");
        Assert.Equal(1, Assert.Single(await server.Trail()).Sequence);
        Assert.Equal(1, await Created(server));
    }

    [Fact]
    public async Task Nothing_is_done_that_cannot_be_counted_or_written_down()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        foreach (var text in new[] { "\"DayCounts\"", "\"AuditAnchors\"" })
        {
            faults.Failing = text;
            await Assert.ThrowsAsync<SqliteException>(() => server.Conceal("value"));
            faults.Failing = null;
        }
        await using var db = server.Database();
        Assert.Equal(0, await db.Secrets.CountAsync() + await db.Receipts.CountAsync() + await db.AuditEvents.CountAsync());
    }

    [Fact]
    public async Task A_verb_that_fails_leaves_nothing()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        await server.AddAccount();
        await Assert.ThrowsAsync<AccountException>(() => server.AddAccount());
        faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => server.AddAccount("second@example.com"));
        await Assert.ThrowsAsync<SqliteException>(
            () => server.Get<AddToken>().Run(People.Email, "script", TokenScopes.All, null, CancellationToken.None));
        await Assert.ThrowsAsync<SqliteException>(
            () => server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, CancellationToken.None)));
        faults.CommitsFail = false;
        Assert.Equal(AuditKind.AccountAdded, Assert.Single(await server.Trail()).Kind);
        Assert.Empty(await server.LeavesAll(() => server.Get<WriteQueue>().Run(_ => Task.FromResult(0), CancellationToken.None)));
    }

    [Fact]
    public async Task Switched_off_nothing_is_written_down_and_all_is_counted()
    {
        await using var server = await RunningServer.Start("--Audit:Enabled=false");
        await server.AddAccount();
        var (key, _) = await server.Conceal("value", "passphrase");
        await server.TryReveal(key);
        await server.Get<RefusalBursts>().Write();
        await server.TryReveal(key, "passphrase");
        Assert.Empty(await server.Trail());
        Assert.Equal(1, await Created(server));
    }

    [Fact]
    public async Task A_detail_is_cut_at_its_bound_before_its_mac_is_made()
    {
        await using var server = await RunningServer.Start();
        await server.Get<WriteQueue>().Run(
            db =>
            {
                db.Note(Act.OfServer(AuditKind.BannerSet) with { Detail = new string('x', 600) });
                return Task.FromResult(0);
            },
            CancellationToken.None);
        Assert.Equal(Act.LongestDetail, Assert.Single(await server.Trail()).Detail!.Length);
        Assert.Equal((AuditFlaw.NoHead, null), await Headless(server));
    }

    private static async Task<int> Note(OtsDbContext db, int i, bool fails)
    {
        db.Note(Act.OfServer(AuditKind.SecretCreated) with { Subject = $"{i}" });
        db.Count(new Tally(Created: 1));
        await Task.Yield();
        return fails ? throw new InvalidOperationException("a rule") : i;
    }

    /// <summary>The head that was written at the start says nothing of what came after.</summary>
    private static async Task<(AuditFlaw? Flaw, long? At)> Headless(RunningServer server)
    {
        await Verbs.Until(() => File.Exists(Path.Combine(server.Folder, "audit-head")));
        File.Delete(Path.Combine(server.Folder, "audit-head"));
        return await server.Flaw();
    }

    private static async Task<long> Created(RunningServer server)
    {
        await using var db = server.Database();
        return await db.DayCounts.SumAsync(day => day.Created);
    }
}
