using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>Somebody who lost their second factor is let in again with the password alone, and learns of it by mail.</summary>
public sealed class ResetFactorsTests
{
    private const string CodeForm = "form:has([name=Code])";

    [Theory, InlineData(true), InlineData(false)]
    public async Task All_factors_go_the_sessions_end_and_password_and_tokens_stay(bool byOperator)
    {
        await using var server = await RunningServer.Start(People.Mails);
        var admin = await server.AddAdmin();
        var (owner, _, codes) = await server.AddAccountWithApp();
        await server.AddPasskey(owner.Id, [1]);
        await server.AddPasskey(owner.Id, [2]);
        var token = await server.Get<AddToken>().Run(owner.Email!, "test", TokenScopes.All, null, CancellationToken.None);
        using var asked = await server.SignIn(back: "/");
        using var reader = await server.SignIn(back: "/");
        await reader.SendForm(CodeForm, ("Code", codes[0]));
        Assert.True(reader.IsSignedIn());
        var events = (await server.Notices()).Length;

        await (byOperator ? Reset(server, owner.Email!) : server.Leaves(
            async () => Assert.Equal(AdminOutcome.Done, await Reset(server, admin, owner.Id)),
            LeftRow.ByAdmin(AuditKind.FactorsReset, admin.Account!.Id, $"{owner.Id}")));
        Assert.False((await reader.Open("/")).IsSignedIn());
        await asked.SendForm(CodeForm, ("Code", codes[1])); // the second step that was open before
        Assert.False(asked.IsSignedIn());
        Assert.Equal((0, null), await Left(server, owner.Id));
        Assert.True((await server.SignIn(back: "/")).IsSignedIn());
        Assert.NotNull(await server.AccountOf(owner.Email!, token));

        var notice = (await server.Letters<AccountNoticeMail>()).Single(mail => mail.Event is AccountEvent.FactorsReset);
        Assert.Equal((People.Email, null, null), (notice.To, notice.Browser, notice.Client)); // and not the address of the administrator
        Assert.Equal(AccountEvent.FactorsReset, (await server.Notices())[events]);
    }

    [Fact]
    public async Task The_operator_is_recorded_as_the_actor_and_an_account_without_factors_is_refused()
    {
        await using var server = await RunningServer.Start();
        var (owner, _, _) = await server.AddAccountWithApp();
        await server.Leaves(() => Reset(server, owner.Email!), LeftRow.ByOperator(AuditKind.FactorsReset, $"{owner.Id}"));
        using var reader = await server.SignIn(back: "/");
        await server.Leaves(() => Assert.ThrowsAsync<AccountException>(() => Reset(server, owner.Email!)));
        await server.Leaves(() => Assert.ThrowsAsync<AccountException>(() => Reset(server, "nobody@example.com")));
        Assert.True((await reader.Open("/")).IsSignedIn());
    }

    [Fact]
    public async Task Administrators_cannot_reset_their_own_account_and_others_cannot_reset_any()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        await server.AddApp(admin.Account!.Id);
        var before = await Left(server, admin.Account.Id);
        await server.Leaves(
            async () => Assert.Equal(AdminOutcome.OwnAccount, await Reset(server, admin, admin.Account.Id)),
            LeftRow.ByAdmin(AuditKind.FactorsReset, admin.Account.Id, $"{admin.Account.Id}") with { Result = AuditResult.Refused });
        var stranger = Verbs.Somebody with { Account = await server.SignedIn("stranger@example.com") };
        Assert.Equal(AdminOutcome.NotAdministrator, await Reset(server, stranger, admin.Account.Id));
        Assert.Equal(AdminOutcome.NotThere, await Reset(server, admin, stranger.Account.Id)); // it has no factor
        Assert.Equal(AdminOutcome.NotThere, await Reset(server, admin, Guid.NewGuid()));
        Assert.Equal(before, await Left(server, admin.Account.Id));
    }

    [Fact]
    public async Task An_administrator_whose_factors_were_reset_must_add_one_before_anything_else()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var (admin, other) = (await server.AddAdmin(), await server.AddAdmin("other@example.com"));
        await server.AddApp(other.Account!.Id);
        Assert.Equal(AdminOutcome.Done, await Reset(server, admin, other.Account.Id));
        using var reader = await server.SignIn("other@example.com", back: "/admin");
        Assert.Equal("/account/security", reader.Path);
        Assert.Equal(2, await server.CountAdmins());
    }

    [Fact]
    public async Task A_reset_that_fails_halfway_changes_nothing()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach, People.Mails);
        var (owner, _, _) = await server.AddAccountWithApp();
        var before = await Left(server, owner.Id);
        faults.Failing = "DELETE FROM \"Sessions\"";
        await Assert.ThrowsAnyAsync<Exception>(() => Reset(server, owner.Email!));
        faults.Failing = null;
        Assert.Equal(before, await Left(server, owner.Id));
        Assert.DoesNotContain(AccountEvent.FactorsReset, await server.Notices());
    }

    private static Task Reset(RunningServer server, string email) => server.Get<ResetFactors>().Run(email, CancellationToken.None);

    private static Task<AdminOutcome> Reset(RunningServer server, Caller admin, Guid id) =>
        server.Get<ResetFactors>().Run(admin, id, CancellationToken.None);

    /// <summary>How many passkeys and recovery codes an account has, and the last used step of its app.</summary>
    private static async Task<(int, long?)> Left(RunningServer server, Guid id)
    {
        await using var db = server.Database();
        var account = await db.Users.AsNoTracking().SingleAsync(a => a.Id == id);
        var codes = await db.RecoveryCodes.CountAsync(c => c.AccountId == id);
        return (codes + await db.UserPasskeys.CountAsync(p => p.UserId == id), account.TotpKey is null ? null : account.TotpStep);
    }
}
