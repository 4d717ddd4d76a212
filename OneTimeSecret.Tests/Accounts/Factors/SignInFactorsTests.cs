using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>The second factors of an account.</summary>
public sealed class SignInFactorsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Factors_of_the_account_are_counted_and_those_of_others_are_not()
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
    public async Task App_code_is_always_requested_but_a_passkey_only_if_required(bool app, bool passkey, bool demanded, bool asked)
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
