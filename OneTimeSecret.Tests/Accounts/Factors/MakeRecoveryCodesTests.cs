using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>New recovery codes replace the earlier ones.</summary>
public sealed class MakeRecoveryCodesTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task New_codes_replace_the_old_ones_and_the_owner_gets_a_notice()
    {
        var owner = await Server.AddAccount();
        var (_, old) = await Server.AddApp(owner.Id);
        IReadOnlyList<string>? codes = null;
        await Server.Leaves(
            async () => codes = await Make(owner.Id), LeftRow.ByOwner(AuditKind.RecoveryCodesMade, owner.Id, $"{owner.Id}"));
        Assert.Equal(10, codes!.Except(old, StringComparer.Ordinal).Count());
        Assert.IsType<CodeOutcome.Wrong>(await Server.GiveCode(owner.Id, old[0]));
        Assert.IsType<CodeOutcome.Right>(await Server.GiveCode(owner.Id, codes![0]));
        Assert.Contains(AccountEvent.RecoveryCodesMade, await Server.Notices());
    }

    [Fact]
    public async Task Recovery_codes_are_made_for_an_account_with_a_passkey_but_not_without_a_factor()
    {
        var owner = await Server.AddAccount("passkey@example.com");
        await Server.Leaves(async () => Assert.Null(await Make(owner.Id)));
        await Server.AddPasskey(owner.Id, [1]);
        Assert.Equal(10, (await Make(owner.Id))!.Count);
        Assert.Null(await Make(Guid.NewGuid()));
    }

    [Fact]
    public async Task Only_one_of_parallel_sets_of_codes_stays_valid()
    {
        var owner = await Server.AddAccount("race@example.com");
        await Server.AddApp(owner.Id);
        var sets = await Server.Race(3, _ => Make(owner.Id));
        await using var db = Server.Database();
        Assert.Equal(10, await db.RecoveryCodes.CountAsync(code => code.AccountId == owner.Id));
        var outcomes = new List<CodeOutcome>();
        foreach (var set in sets)
            outcomes.Add(await Server.GiveCode(owner.Id, set![0]));
        Assert.Single(outcomes.OfType<CodeOutcome.Right>());
    }

    private Task<IReadOnlyList<string>?> Make(Guid accountId) =>
        Server.Get<MakeRecoveryCodes>().Run(accountId, People.Somewhere, CancellationToken.None);
}
