using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>An owner removes the authenticator app.</summary>
public sealed class RemoveTotpTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task App_is_removed_once_and_its_owner_gets_a_notice()
    {
        var (owner, other) = (await Server.AddAccount(), await Server.AddAccount("other@example.com"));
        var (key, _) = await Server.AddApp(owner.Id);
        await Server.AddApp(other.Id);
        await Server.Leaves(
            async () => Assert.Equal(FactorRemoval.Removed, await Remove(owner.Id)),
            LeftRow.ByOwner(AuditKind.TotpRemoved, owner.Id, $"{owner.Id}"));
        var stored = await Server.Stored(owner.Id);
        Assert.Equal((null, null), (stored.TotpKey, stored.TotpStep));
        Assert.IsType<CodeOutcome.Wrong>(await Server.GiveCode(owner.Id, Server.Code(key)));
        Assert.NotNull((await Server.Stored(other.Id)).TotpKey);
        await Server.Leaves(async () => Assert.Equal(FactorRemoval.NotThere, await Remove(owner.Id)));
        Assert.Single(await Server.Notices(), what => what == AccountEvent.TotpRemoved);
    }

    [Fact]
    public async Task Only_one_of_parallel_removals_succeeds()
    {
        var owner = await Server.AddAccount("race@example.com");
        await Server.AddApp(owner.Id);
        var outcomes = await Server.Race(3, _ => Remove(owner.Id));
        Assert.Equal([FactorRemoval.Removed, FactorRemoval.NotThere, FactorRemoval.NotThere], outcomes.Order());
    }

    private Task<FactorRemoval> Remove(Guid accountId) =>
        Server.Get<RemoveTotp>().Run(accountId, People.Somewhere, CancellationToken.None);
}
