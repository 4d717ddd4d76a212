using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Mail;
using OneTimeSecret.Tests.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts.Profile;

/// <summary>An account is deleted with everything in it, or not at all.</summary>
public sealed class DeleteAccountTests
{
    [Fact]
    public async Task Page_counts_what_will_be_deleted_and_requires_the_accounts_address()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.SignedIn(People.Email);
        var (revealed, _) = await server.Conceal("one", account: owner);
        var (unread, _) = await server.Conceal("two", account: owner);
        await server.TryReveal(revealed);
        using var reader = await server.SignIn(back: "/account/delete");
        var text = reader.Text("main ul");
        Assert.Contains("1 unread secret is destroyed", text, Ordinal);
        Assert.Contains("2 receipts go", text, Ordinal);
        Assert.Contains("1 API token stops", text, Ordinal);

        await reader.Send(("Email", "other@example.com"));
        Assert.StartsWith("This is not the address of your account", reader.Text("#email-error"), Ordinal);
        Assert.Equal("other@example.com", reader.Value("#email[autofocus][aria-invalid=true]"));
        Assert.Equal("two", (await server.TryReveal(unread)).Value());
    }

    [Fact]
    public async Task Deletion_removes_credentials_and_receipts_and_frees_the_address_at_once()
    {
        await using var server = await RunningServer.Start(People.Mails);
        using var script = await server.Account(People.Email);
        var owner = await Of(server, People.Email);
        var (key, metadata) = await server.Conceal("value", account: owner);
        await server.Mail(owner, "friend@example.com");
        var (other, _) = await server.Conceal("anonymous");
        using var elsewhere = await server.SignIn(back: "/");
        using var reader = await server.SignIn(back: "/account/delete");
        await reader.Send(("Email", " Owner@Example.com "));
        Assert.Equal(("/account/deleted", "Your account is deleted"), (reader.Path, reader.Heading));

        Assert.False(reader.IsSignedIn());
        await elsewhere.Open("/");
        Assert.False(elsewhere.IsSignedIn());
        Assert.Null((await server.TryReveal(key)).Value());
        Assert.Null(await server.Get<FindReceipt>().Run(metadata, CancellationToken.None));
        Assert.Equal("anonymous", (await server.TryReveal(other)).Value());
        using (var answer = await script.GetAsync(new Uri("/api/v1/authcheck", UriKind.Relative)))
            Assert.Equal(404, (int)answer.StatusCode);
        var notice = Assert.Single(await server.Letters<MailContent>());
        Assert.Equal((People.Email, AccountEvent.AccountDeleted), (notice.To, Assert.IsType<AccountNoticeMail>(notice).Event));
        var letter = server.Get<ComposeMail>().Run(Guid.NewGuid(), notice).TextBody;
        Assert.Contains("was deleted", letter, Ordinal);
        Assert.DoesNotContain("/account/security", letter, Ordinal); // the page has nothing to show after the deletion
        await server.AddAccount();
        Assert.True((await server.SignIn(back: "/")).IsSignedIn());
    }

    [Fact]
    public async Task The_operator_deletes_a_suspended_account_with_everything_in_it_and_its_owner_is_told()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var owner = await server.SignedIn(People.Email);
        var (key, _) = await server.Conceal("value", account: owner);
        await server.Suspend(await server.AddAdmin(), owner.Id);
        await server.Get<DeleteAccount>().Run(" Owner@Example.com", CancellationToken.None);
        Assert.Null((await server.TryReveal(key)).Value());
        var notice = await server.Letter<AccountNoticeMail>();
        Assert.Equal((People.Email, AccountEvent.AccountDeleted, null), (notice.To, notice.Event, notice.Client));
        Assert.Equal(1, (await server.Get<DeliverMail>().Run(CancellationToken.None)).Count); // mails of suspended accounts wait
        server.Clock.Advance(TimeSpan.FromDays(1));
        await Purge(server);
        Assert.Equal((1, 0), await Accounts(server));
    }

    [Fact]
    public async Task The_operator_cannot_delete_the_last_administrator_and_counts_first_what_would_be_deleted()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        await server.Conceal("value", account: admin.Account);
        var delete = server.Get<DeleteAccount>();
        Assert.Equal(new Belongings(1, 1, 0), await delete.Look(AdminAccounts.Email, CancellationToken.None));
        await Assert.ThrowsAsync<AccountException>(() => delete.Run(AdminAccounts.Email, CancellationToken.None));
        await Assert.ThrowsAsync<AccountException>(() => delete.Run("nobody@example.com", CancellationToken.None));
        Assert.Equal((1, 0), await Accounts(server));
    }

    [Fact]
    public async Task Deletion_that_fails_in_its_first_transaction_deletes_nothing()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var owner = await server.SignedIn(People.Email);
        var (key, _) = await server.Conceal("value", account: owner);
        faults.Failing = "DELETE FROM \"AspNetUserRoles\"";
        await Assert.ThrowsAnyAsync<Exception>(() => Delete(server, owner));
        faults.Failing = null;
        Assert.Equal((1, 0), await Accounts(server));
        Assert.True((await server.SignIn(back: "/")).IsSignedIn());
        Assert.Equal("value", (await server.TryReveal(key)).Value());
    }

    [Fact]
    public async Task Refused_deletion_sends_no_notice()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, CancellationToken.None));
        Assert.IsType<DeleteOutcome.LastAdministrator>(await Delete(server, await Of(server, People.Email)));
        Assert.Empty(await server.Notices());
    }

    [Fact]
    public async Task Last_administrator_stays_even_if_all_administrators_delete_themselves_at_once()
    {
        await using var server = await RunningServer.Start();
        string[] emails = [People.Email, "second@example.com", "third@example.com"];
        foreach (var email in emails)
        {
            await server.AddAccount(email);
            await server.With<GrantAdmin, (int, int)>(grant => grant.Run(email, CancellationToken.None));
        }
        var admins = await Task.WhenAll(emails.Select(email => Of(server, email)));
        var outcomes = await Verbs.AtOnce(3, i => Delete(server, admins[i]));
        Assert.Equal(2, outcomes.Count(outcome => outcome is DeleteOutcome.Deleted));
        Assert.Single(outcomes, outcome => outcome is DeleteOutcome.LastAdministrator);

        await using var db = server.Database();
        var last = (await db.Users.AsNoTracking().SingleAsync(a => a.Deleted == null)).Email!;
        using var reader = await server.SignIn(last, back: "/account/delete");
        await reader.Send(("Email", last));
        Assert.StartsWith("You are the only administrator", reader.Text("#email-error"), Ordinal);
        await reader.Open("/account");
        Assert.True(reader.IsSignedIn());
    }

    [Fact]
    public async Task Credentials_without_an_address_do_not_match_deleted_accounts()
    {
        await using var server = await RunningServer.Start();
        foreach (var email in new[] { People.Email, "second@example.com" })
            await Delete(server, await server.SignedIn(email));
        Assert.Equal((2, 2), await Accounts(server));
        server.Http.DefaultRequestHeaders.Authorization = RunningServer.Basic("no address", "token");
        using var answer = await server.Http.GetAsync(new Uri("/api/v1/authcheck", UriKind.Relative));
        Assert.Equal(404, (int)answer.StatusCode);
        using var reader = await server.SignIn("no address", back: "/");
        Assert.Equal("The address or the password is wrong.", reader.Text("#error"));
    }

    [Fact]
    public async Task Account_counts_as_deleted_even_if_the_server_stops_before_its_secrets_are()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.SignedIn(People.Email);
        await server.Conceal("value", account: owner);
        var queue = server.Get<WriteQueue>();
        Task<DeleteOutcome> deletion;
        await using (new WriteLock(server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            deletion = Delete(server, owner);
            await Verbs.Until(() => queue.Depth == 1);
            _ = queue.StopAsync(CancellationToken.None); // takes no more writes, and does the two that wait
            Assert.False(first.IsCompleted);
        }
        Assert.IsType<DeleteOutcome.Deleted>(await deletion);
        Assert.Equal((1, 1), await Accounts(server));
        Assert.Equal((1, 1, 0), await server.Rows()); // for the purge
    }

    private static Task<DeleteOutcome> Delete(RunningServer server, SignedIn owner) =>
        server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None);

    private static Task<int> Purge(RunningServer server) => server.Get<PurgeAccounts>().Run(CancellationToken.None);

    private static async Task<SignedIn> Of(RunningServer server, string email)
    {
        await using var db = server.Database();
        return new SignedIn((await db.FindAccount(email, CancellationToken.None)).Id, email, MayMail: true, TokenScopes.All);
    }

    private static async Task<(int All, int Deleted)> Accounts(RunningServer server)
    {
        await using var db = server.Database();
        return (await db.Users.CountAsync(), await db.Users.CountAsync(a => a.Deleted != null));
    }
}
