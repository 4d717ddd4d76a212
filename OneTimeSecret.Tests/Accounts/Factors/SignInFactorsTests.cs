using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>What an account can prove itself with besides its password.</summary>
public sealed class SignInFactorsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task All_that_an_account_has_is_counted_and_nothing_of_others()
    {
        var none = new AccountFactors(HasTotp: false, RecoveryCodes: 0, Passkeys: 0, IsAdmin: false, IsDemanded: false);
        var (admin, owner) = ((await Server.AddAdmin()).Account!, await Server.AddAccount());
        var (_, codes) = await Server.AddApp(admin.Id);
        await Server.GiveCode(admin.Id, codes[0]);
        await Server.AddPasskey(admin.Id, [1]);
        await Server.AddPasskey(admin.Id, [2]);
        await Demand(admin.Id);
        Assert.Equal(new AccountFactors(HasTotp: true, RecoveryCodes: 9, Passkeys: 2, IsAdmin: true, IsDemanded: true), await Of(admin.Id));
        Assert.Equal(none, await Of(owner.Id));
        Assert.Equal(none, await Of(Guid.NewGuid()));
    }

    [Theory]
    [InlineData(false, false, false, false), InlineData(false, false, true, false), InlineData(true, false, false, true)]
    [InlineData(false, true, false, false), InlineData(false, true, true, true)]
    public async Task An_app_is_always_asked_for_and_a_passkey_where_a_factor_is_needed(bool app, bool passkey, bool demanded, bool asked)
    {
        var owner = await Server.AddAccount($"{app}-{passkey}-{demanded}@example.com");
        if (app)
            await Server.AddApp(owner.Id);
        if (passkey)
            await Server.AddPasskey(owner.Id, owner.Id.ToByteArray());
        if (demanded)
            await Demand(owner.Id);
        Assert.Equal(asked, await Server.Get<SignInFactors>().AreAsked(owner.Id, CancellationToken.None));
    }

    private Task<AccountFactors> Of(Guid accountId) => Server.Get<SignInFactors>().Run(accountId, CancellationToken.None);

    private async Task Demand(Guid accountId)
    {
        await using var db = Server.Database();
        await db.Users.Where(a => a.Id == accountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.NeedsFactor, true));
    }
}
