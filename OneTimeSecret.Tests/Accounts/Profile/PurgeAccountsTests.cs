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

/// <summary>What is left of deleted accounts goes, and so do accounts whose owner never came.</summary>
public sealed class PurgeAccountsTests
{
    [Fact]
    public async Task The_row_goes_once_its_notice_was_delivered_and_its_mails_count_no_more()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var owner = await server.SignedIn(People.Email);
        await server.Mail(owner, "friend@example.com");
        await Delete(server, owner);
        Assert.Equal(0, await Purge(server));
        Assert.Equal((1, 1), await Accounts(server));
        await server.Get<DeliverMail>().Run(CancellationToken.None);
        Assert.Equal(0, await Purge(server)); // the friend must not get more mails in a day, by accounts that come and go
        server.Clock.Advance(TimeSpan.FromDays(1));
        var leftovers = server.Get<Leftovers>();
        leftovers.Erased(leftovers.Now());
        Assert.Equal(1, await Purge(server));
        Assert.NotNull(leftovers.OldestUnerased); // erasure is told of what went with the row
        Assert.Equal((0, 0), await Accounts(server));
        await using var db = server.Database();
        Assert.Equal((0, 0), (await db.Mails.CountAsync(), await db.Outbox.CountAsync()));
    }

    [Fact]
    public async Task A_deletion_of_a_thousand_receipts_that_is_cut_off_is_finished_by_the_purge()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach, "--Storage:QueueLength=2000");
        var owner = await server.SignedIn(People.Email);
        var keys = await Verbs.AtOnce(1000, _ => server.Conceal("value", account: owner));
        faults.Failing = "DELETE FROM \"Receipts\"";
        await Assert.ThrowsAnyAsync<Exception>(() => Delete(server, owner));
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
    public async Task A_row_whose_notice_waits_to_be_delivered_stays()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await Delete(server, await server.SignedIn(People.Email));
        Assert.Equal(0, await Purge(server));
        await server.Get<DeliverMail>().Run(CancellationToken.None);
        Assert.Equal(1, await Purge(server));
        Assert.Equal((0, 0), await Accounts(server));
    }

    [Fact]
    public async Task Of_those_whose_owner_could_still_come_none_goes()
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
    public async Task Several_at_once_delete_each_row_once_and_nothing_of_others()
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
