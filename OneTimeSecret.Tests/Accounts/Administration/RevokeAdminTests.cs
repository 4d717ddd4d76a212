using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>Administrators become ordinary accounts.</summary>
public sealed class RevokeAdminTests
{
    [Fact]
    public async Task Demotion_ends_sessions_and_leaves_an_ordinary_account()
    {
        await using var server = await RunningServer.Start();
        var (admin, other) = (await server.AddAdmin(), await server.AddAdmin("other@example.com"));
        using var reader = await server.SignIn("other@example.com", back: "/");
        Assert.Equal(AdminOutcome.Done, await server.Demote(admin, other.Account!.Id));
        Assert.False((await reader.Open("/")).IsSignedIn());
        Assert.True((await server.SignIn("other@example.com", back: "/")).IsSignedIn());
        Assert.Equal(1, await server.CountAdmins());
        Assert.Equal(AdminOutcome.NotThere, await server.Demote(admin, other.Account.Id));
        Assert.Equal(AdminOutcome.Done, await server.Promote(admin, other.Account.Id));
        Assert.Equal(AdminOutcome.Done, await server.Demote(other, admin.Account!.Id));
    }

    [Fact]
    public async Task Operator_gets_the_number_of_ended_sessions_and_the_audit_trail_names_the_operator()
    {
        await using var server = await RunningServer.Start();
        await server.AddAdmin();
        var other = (await server.AddAdmin("other@example.com")).Account!;
        await server.Device(other.Id);
        await server.Device(other.Id);
        await server.Leaves(
            async () => Assert.Equal(2, await Revoke(server, "Other@Example.com")),
            LeftRow.ByOperator(AuditKind.AdminRevoked, $"{other.Id}"));
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task Operator_gets_a_reason_for_each_refusal()
    {
        await using var server = await RunningServer.Start();
        await server.AddAdmin();
        await server.AddAccount();
        await IsRefused("nobody@example.com", "There is no account nobody@example.com");
        await IsRefused(People.Email, "is not an administrator");
        await IsRefused(AdminAccounts.Email, "make another one first with `admin grant`");
        Assert.Equal(1, await server.CountAdmins());

        Task IsRefused(string email, string reason) => server.Leaves(async () => Assert.Contains(
            reason, (await Assert.ThrowsAsync<AccountException>(() => Revoke(server, email))).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_of_two_administrators_stays_if_they_demote_each_other_at_once()
    {
        await using var server = await RunningServer.Start();
        Caller[] admins = [await server.AddAdmin(), await server.AddAdmin("other@example.com")];
        var outcomes = await server.Race(2, i => server.Demote(admins[i], admins[1 - i].Account!.Id));
        Assert.Equal([AdminOutcome.Done, AdminOutcome.NotAdministrator], outcomes.Order());
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task Last_administrator_cannot_be_demoted_and_the_refusal_is_in_the_audit_trail()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var id = admin.Account!.Id;
        await server.Leaves(
            async () => Assert.Equal(AdminOutcome.LastAdministrator, await server.Demote(admin, id)),
            LeftRow.ByAdmin(AuditKind.AdminRevoked, id, $"{id}") with { Result = AuditResult.Refused });
        Assert.Equal(1, await server.CountAdmins());
    }

    private static Task<int> Revoke(RunningServer server, string email) =>
        server.Get<RevokeAdmin>().Run(email, CancellationToken.None);
}
