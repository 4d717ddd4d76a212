using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Mail;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>Deletes the remaining rows of deleted accounts, and pending accounts whose time is over.</summary>
public sealed class PurgeAccountsTests
{
    [Fact]
    public async Task Row_is_deleted_once_its_notice_is_delivered_and_its_mails_no_longer_count_towards_limits()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var owner = await server.SignedIn(People.Email);
        await server.Mail(owner, "friend@example.com");
        await Delete(server, owner);
        Assert.Equal(0, await Purge(server));
        Assert.Equal((1, 1), await Accounts(server));
        await server.Get<DeliverMail>().Run(CancellationToken.None);
        Assert.Equal(0, await Purge(server)); // the mail still counts towards the friend's daily limit
        server.Clock.Advance(TimeSpan.FromDays(1));
        var leftovers = server.Get<Leftovers>();
        leftovers.Erased(leftovers.Now());
        Assert.Equal(1, await Purge(server));
        Assert.NotNull(leftovers.OldestUnerased); // erasure knows of the deleted rows
        Assert.Equal((0, 0), await Accounts(server));
        await using var db = server.Database();
        Assert.Equal((0, 0), (await db.Mails.CountAsync(), await db.Outbox.CountAsync()));
    }

    [Fact]
    public async Task Purge_finishes_an_interrupted_deletion_of_a_thousand_receipts()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach, "--Storage:QueueLength=2000");
        var owner = await server.SignedIn(People.Email);
        var keys = await Verbs.AtOnce(1000, _ => server.Conceal("value", account: owner));
        faults.Failing = "DELETE FROM \"Receipts\"";
        Assert.IsType<DeleteOutcome.Deleted>(await Delete(server, owner));
        Assert.Equal((1, 1), await Accounts(server));
        Assert.False((await server.SignIn(back: "/")).IsSignedIn());
        await using (var db = server.Database())
            Assert.Equal((1000, 1000), (await db.Receipts.CountAsync(), await db.Secrets.CountAsync()));

        faults.Failing = null;
        var before = faults.Commits;
        Assert.Equal(2001, await Purge(server));
        Assert.True(faults.Commits - before >= 1000 / 32, $"{faults.Commits - before} commits: callers wait");
        Assert.Equal((0, 0), await Accounts(server));
        Assert.Null((await server.TryReveal(keys[0].Key)).Value());
        await using (var db = server.Database())
            Assert.Equal((0, 0), (await db.Receipts.CountAsync(), await db.Secrets.CountAsync()));
    }

    [Fact]
    public async Task Row_with_an_undelivered_notice_stays()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await Delete(server, await server.SignedIn(People.Email));
        Assert.Equal(0, await Purge(server));
        await server.Get<DeliverMail>().Run(CancellationToken.None);
        Assert.Equal(1, await Purge(server));
        Assert.Equal((0, 0), await Accounts(server));
    }

    [Fact]
    public async Task Only_pending_accounts_whose_time_is_over_are_deleted()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        await server.With<AddAccount, Account>(add => add.Run("without-password@example.com", null));
        await server.With<RegisterAccount, SignUpOutcome>(
            signUp => signUp.Run("unproved@example.com", People.Password, People.Somewhere, CancellationToken.None));
        await Invite(server, "late@example.com");
        server.Clock.Advance(TimeSpan.FromDays(6));
        await Invite(server, "early@example.com");
        Assert.Equal(0, await Purge(server));
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await Purge(server));
        await using var db = server.Database();
        Assert.Equal(
            ["early@example.com", "unproved@example.com", "without-password@example.com"],
            await db.Users.OrderBy(a => a.Email).Select(a => a.Email!).ToListAsync());
    }

    [Fact]
    public async Task Parallel_purges_delete_each_row_once_and_nothing_of_other_accounts()
    {
        await using var server = await RunningServer.Start();
        var (owner, other) = (await server.SignedIn(People.Email), await server.SignedIn("other@example.com"));
        await Verbs.AtOnce(40, _ => server.Conceal("value", account: owner));
        var (key, _) = await server.Conceal("theirs", account: other);
        await server.Close(owner.Id);
        var deleted = await Verbs.AtOnce(3, _ => Purge(server));
        Assert.Equal(40 + 40 + 1, deleted.Sum());
        Assert.Equal((1, 0), await Accounts(server));
        Assert.Equal("theirs", (await server.TryReveal(key)).Value());
    }

    private static Task<int> Purge(RunningServer server) => server.Get<PurgeAccounts>().Run(CancellationToken.None);

    private static Task<DeleteOutcome> Delete(RunningServer server, SignedIn owner) =>
        server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None);

    private static Task<(string, string)> Invite(RunningServer server, string email) =>
        server.With<InviteAccount, (string, string)>(invite => invite.Run(email, CancellationToken.None));

    private static async Task<(int All, int Deleted)> Accounts(RunningServer server)
    {
        await using var db = server.Database();
        return (await db.Users.CountAsync(), await db.Users.CountAsync(a => a.Deleted != null));
    }
}
