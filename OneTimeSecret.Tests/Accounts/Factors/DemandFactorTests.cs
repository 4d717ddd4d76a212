using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>An administrator requires a second factor of an account.</summary>
public sealed class DemandFactorTests
{
    [Fact]
    public async Task Pages_are_blocked_until_a_factor_is_added_and_the_last_factor_cannot_be_removed()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var owner = await server.AddAccount();
        using var reader = await server.SignIn();
        Assert.Equal("/account", reader.Path);
        Assert.Equal(AdminOutcome.Done, await Demand(server, admin, owner.Id, true));
        Assert.Equal(AdminOutcome.NotThere, await Demand(server, admin, owner.Id, true));
        await reader.Open("/account");
        Assert.Equal("/account/security", reader.Path);
        Assert.Contains("asks your account for a second factor", reader.Text("section.note"), StringComparison.Ordinal);
        await reader.AddApp(server);
        await reader.Open("/account");
        Assert.Equal("/account", reader.Path);
        await reader.Open("/account/security/app");
        await reader.SendForm("form.part");
        Assert.StartsWith("Your account needs a second factor", reader.Text("#needed"), StringComparison.Ordinal);

        Assert.Equal(AdminOutcome.Done, await Demand(server, admin, owner.Id, false));
        await reader.Open("/account/security/app");
        await reader.SendForm("form.part");
        Assert.Null((await server.Stored(owner.Id)).TotpKey);
        Assert.Equal(AdminOutcome.NotThere, await Demand(server, admin, Guid.NewGuid(), true));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Passkey_is_requested_after_the_password_only_if_a_factor_is_required(bool demanded)
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var (owner, _) = await server.AddAccountWithPasskey();
        if (demanded)
            await Demand(server, admin, owner.Id, true);
        using var reader = await server.SignIn();
        Assert.Equal(!demanded, reader.IsSignedIn());
    }

    private static Task<AdminOutcome> Demand(RunningServer server, Caller admin, Guid id, bool demanded) =>
        server.Get<DemandFactor>().Run(admin, id, demanded, CancellationToken.None);
}
