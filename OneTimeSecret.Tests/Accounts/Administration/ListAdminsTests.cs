using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>The list of administrators.</summary>
public sealed class ListAdminsTests
{
    [Fact]
    public async Task All_administrators_are_listed_by_address_including_suspended_ones()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount(); // an ordinary account
        Assert.Empty(await List(server));
        var admin = await server.AddAdmin("b@example.com");
        var (suspended, demoted, gone) = (
            await server.AddAdmin("a@example.com"), await server.AddAdmin("c@example.com"), await server.AddAdmin("d@example.com"));
        Assert.Equal(AdminOutcome.Done, await server.Suspend(admin, suspended.Account!.Id));
        Assert.Equal(AdminOutcome.Done, await server.Demote(admin, demoted.Account!.Id));
        await server.Close(gone.Account!.Id);

        var listed = await List(server);
        Assert.Equal(
            [("a@example.com", true, true), ("b@example.com", true, false)],
            listed.Select(one => (one.Email, one.IsAdmin, one.Suspended is not null)));
    }

    [Fact]
    public async Task List_shows_who_has_a_second_factor()
    {
        await using var server = await RunningServer.Start();
        await server.AddAdmin("none@example.com");
        await server.AddApp((await server.AddAdmin("app@example.com")).Account!.Id);
        await server.AddPasskey((await server.AddAdmin("passkey@example.com")).Account!.Id, [1]);
        Assert.Equal(
            [("app@example.com", true), ("none@example.com", false), ("passkey@example.com", true)],
            (await List(server)).Select(one => (one.Email, one.HasFactor)));
    }

    private static Task<IReadOnlyList<AccountSummary>> List(RunningServer server) =>
        server.Get<ListAdmins>().Run(CancellationToken.None);
}
