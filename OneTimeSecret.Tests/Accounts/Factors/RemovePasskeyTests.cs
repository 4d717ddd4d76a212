using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>An owner removes a passkey.</summary>
public sealed class RemovePasskeyTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Passkey_is_removed_once_and_its_owner_gets_a_notice()
    {
        var owner = await Server.AddAccount();
        await Server.AddPasskey(owner.Id, [1]);
        await Server.AddPasskey(owner.Id, [2]);
        await Server.Leaves(
            async () => Assert.Equal(FactorRemoval.Removed, await Remove(owner.Id, [1])),
            LeftRow.ByOwner(AuditKind.PasskeyRemoved, owner.Id, $"{owner.Id}"));
        Assert.Equal([2], Assert.Single(await List(owner.Id)).Id);
        await Server.Leaves(async () => Assert.Equal(FactorRemoval.NotThere, await Remove(owner.Id, [1])));
        Assert.Single(await Server.Notices(), what => what == AccountEvent.PasskeyRemoved);
    }

    [Fact]
    public async Task Passkey_of_another_account_cannot_be_removed()
    {
        var (owner, eve) = (await Server.AddAccount("owner2@example.com"), await Server.AddAccount("eve@example.com"));
        await Server.AddPasskey(owner.Id, [3]);
        await Server.Leaves(async () => Assert.Equal(FactorRemoval.NotThere, await Remove(eve.Id, [3])));
        Assert.Single(await List(owner.Id));
    }

    [Fact]
    public async Task Only_one_of_parallel_removals_succeeds()
    {
        var owner = await Server.AddAccount("race@example.com");
        await Server.AddPasskey(owner.Id, [4]);
        var outcomes = await Server.Race(3, _ => Remove(owner.Id, [4]));
        Assert.Equal([FactorRemoval.Removed, FactorRemoval.NotThere, FactorRemoval.NotThere], outcomes.Order());
    }

    private Task<FactorRemoval> Remove(Guid accountId, byte[] id) =>
        Server.Get<RemovePasskey>().Run(accountId, id, People.Somewhere, CancellationToken.None);

    private Task<IReadOnlyList<Passkey>> List(Guid accountId) => Server.Get<Passkeys>().List(accountId, CancellationToken.None);
}
