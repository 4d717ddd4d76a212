using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>The suspension of an account ends.</summary>
public sealed class ResumeAccountTests
{
    [Fact]
    public async Task Resumed_account_keeps_password_token_and_role_but_no_session()
    {
        await using var server = await RunningServer.Start();
        var (admin, other) = (await server.AddAdmin(), await server.AddAdmin("other@example.com"));
        var token = await server.Get<AddToken>().Run("other@example.com", "test", TokenScopes.All, null, CancellationToken.None);
        using var reader = await server.SignIn("other@example.com", back: "/");
        await server.Suspend(admin, other.Account!.Id);
        Assert.Equal(AdminOutcome.NotThere, await server.Suspend(admin, other.Account.Id)); // the account is suspended already
        Assert.Equal(AdminOutcome.Done, await server.Resume(admin, other.Account.Id));
        Assert.Equal(AdminOutcome.NotThere, await server.Resume(admin, other.Account.Id));
        var stored = await server.Stored(other.Account.Id);
        Assert.Null(stored.Suspended);
        Assert.False((await reader.Open("/")).IsSignedIn()); // the session ended with the suspension
        Assert.Null(stored.SuspendedFor);
        Assert.NotNull(await server.AccountOf("other@example.com", token));
        Assert.Equal(2, await server.CountAdmins());
        Assert.True((await server.SignIn("other@example.com", back: "/")).IsSignedIn());
        Assert.Equal(AdminOutcome.NotThere, await server.Suspend(admin, Guid.NewGuid()));
    }

    [Fact]
    public async Task Only_one_of_parallel_resumptions_succeeds_and_leaves_an_audit_row()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = (await server.AddAdmin(), await server.AddAccount());
        await server.Suspend(admin, owner.Id);
        await server.Leaves(
            async () => Assert.Equal(
                [AdminOutcome.Done, AdminOutcome.NotThere, AdminOutcome.NotThere],
                (await server.Race(3, _ => server.Resume(admin, owner.Id))).Order()),
            LeftRow.ByAdmin(AuditKind.AccountResumed, admin.Account!.Id, $"{owner.Id}"));
    }

    [Fact]
    public async Task Deleted_account_cannot_be_resumed_and_only_administrators_can_resume()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = (await server.AddAdmin(), await server.AddAccount());
        await server.Suspend(admin, owner.Id);
        var stranger = Verbs.Somebody with { Account = await server.SignedIn("stranger@example.com") };
        await server.Leaves(async () =>
        {
            Assert.Equal(AdminOutcome.NotAdministrator, await server.Resume(stranger, owner.Id));
            Assert.Equal(AdminOutcome.NotThere, await server.Resume(admin, Guid.NewGuid()));
            await server.Close(owner.Id);
            Assert.Equal(AdminOutcome.NotThere, await server.Resume(admin, owner.Id));
        });
        Assert.NotNull((await server.Stored(owner.Id)).Suspended);
    }
}
