using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>The last factor of an account that needs one cannot be removed. Recovery codes are deleted with the last factor.</summary>
public sealed class RemoveFactorTests
{
    [Fact]
    public async Task One_factor_stays_if_the_last_two_are_removed_at_once()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        var account = await server.AddAccount();
        using var reader = await server.SignIn();
        await reader.AddApp(server);
        await reader.AddPasskey(new SoftAuthenticator(server.Origin));
        var passkey = Assert.Single(await server.Get<Passkeys>().List(account.Id, CancellationToken.None));
        var outcomes = await Task.WhenAll(
            server.Get<RemoveTotp>().Run(account.Id, People.Somewhere, CancellationToken.None),
            server.Get<RemovePasskey>().Run(account.Id, passkey.Id, People.Somewhere, CancellationToken.None));
        Assert.Equal([FactorRemoval.Removed, FactorRemoval.Needed], outcomes.Order());
    }

    [Theory]
    [InlineData(false, false, FactorRemoval.Removed), InlineData(true, false, FactorRemoval.Needed)]
    [InlineData(false, true, FactorRemoval.Needed)]
    public async Task Last_factor_of_an_administrator_stays_if_the_server_sends_mail_or_the_factor_is_a_passkey(
        bool mail, bool passkey, FactorRemoval outcome)
    {
        await using var server = await RunningServer.Start(mail ? People.Mails : []);
        var admin = (await server.AddAdmin()).Account!;
        if (passkey)
            await server.AddPasskey(admin.Id, [1]);
        else
            await server.AddApp(admin.Id);
        Assert.Equal(outcome, passkey ? await RemovePasskey(server, admin.Id) : await RemoveApp(server, admin.Id));
        var factors = await server.Get<SignInFactors>().Run(admin.Id, CancellationToken.None);
        Assert.Equal(outcome == FactorRemoval.Needed, factors.HasTotp || factors.Passkeys > 0);
    }

    [Fact]
    public async Task Required_last_factor_stays_and_the_refusal_leaves_no_audit_row()
    {
        await using var server = await RunningServer.Start();
        var (admin, owner) = (await server.AddAdmin(), await server.AddAccount());
        await server.Get<DemandFactor>().Run(admin, owner.Id, demanded: true, CancellationToken.None);
        await server.AddApp(owner.Id);
        await server.AddPasskey(owner.Id, [1]);
        Assert.Equal(FactorRemoval.Removed, await RemoveApp(server, owner.Id));
        await server.Leaves(async () => Assert.Equal(FactorRemoval.Needed, await RemovePasskey(server, owner.Id)));
        await server.Get<DemandFactor>().Run(admin, owner.Id, demanded: false, CancellationToken.None);
        Assert.Equal(FactorRemoval.Removed, await RemovePasskey(server, owner.Id));
    }

    [Fact]
    public async Task Recovery_codes_are_deleted_with_the_last_factor_only()
    {
        await using var server = await RunningServer.Start();
        var (owner, other) = (await server.AddAccount(), await server.AddAccount("other@example.com"));
        await server.AddApp(owner.Id);
        await server.AddApp(other.Id);
        await server.AddPasskey(owner.Id, [1]);
        Assert.Equal(FactorRemoval.Removed, await RemoveApp(server, owner.Id));
        Assert.Equal(10, await Codes(owner.Id));
        Assert.Equal(FactorRemoval.Removed, await RemovePasskey(server, owner.Id));
        Assert.Equal((0, 10), (await Codes(owner.Id), await Codes(other.Id)));

        async Task<int> Codes(Guid id)
        {
            await using var db = server.Database();
            return await db.RecoveryCodes.CountAsync(code => code.AccountId == id);
        }
    }

    /// <summary>For example a passkey that was removed in another tab, where the account has one more.</summary>
    [Fact]
    public async Task Factor_that_is_not_there_is_not_called_needed()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        var owner = await server.AddAccount();
        Assert.Equal(FactorRemoval.NotThere, await RemoveApp(server, owner.Id));
        await server.AddPasskey(owner.Id, [2]);
        Assert.Equal(FactorRemoval.NotThere, await RemovePasskey(server, owner.Id));
        await server.AddPasskey(owner.Id, [1]);
        Assert.Equal(FactorRemoval.Removed, await RemovePasskey(server, owner.Id));
    }

    private static Task<FactorRemoval> RemoveApp(RunningServer server, Guid accountId) =>
        server.Get<RemoveTotp>().Run(accountId, People.Somewhere, CancellationToken.None);

    private static Task<FactorRemoval> RemovePasskey(RunningServer server, Guid accountId) =>
        server.Get<RemovePasskey>().Run(accountId, [1], People.Somewhere, CancellationToken.None);
}
