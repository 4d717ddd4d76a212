using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Crypto;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>An authenticator app is added after a code proves that it has the key.</summary>
public sealed class AddTotpTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Right_code_adds_the_app_with_recovery_codes_and_the_owner_gets_a_notice()
    {
        var (owner, key) = (await Server.AddAccount(), Totp.NewKey().Bytes());
        AddTotpOutcome? outcome = null;
        var typed = Server.Code(key).Insert(3, " ");
        await Server.Leaves(
            async () => outcome = await Add(owner.Id, key, typed), LeftRow.ByOwner(AuditKind.TotpAdded, owner.Id, $"{owner.Id}"));
        Assert.Equal(10, Assert.IsType<AddTotpOutcome.Added>(outcome).RecoveryCodes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(key, await StoredKey(owner.Id));
        Assert.Equal([AccountEvent.TotpAdded], await Server.Notices());
    }

    [Fact]
    public async Task A_wrong_code_changes_nothing()
    {
        var owner = await Server.AddAccount("wrong@example.com");
        var (key, codes) = await Server.AddApp(owner.Id);
        var other = Totp.NewKey().Bytes();
        await Server.Leaves(
            async () => Assert.IsType<AddTotpOutcome.Wrong>(await Add(owner.Id, other, Server.WrongCode(other))));
        Assert.Equal(key, await StoredKey(owner.Id));
        Assert.IsType<CodeOutcome.Right>(await Server.GiveCode(owner.Id, codes[0]));
    }

    [Fact]
    public async Task Only_one_of_parallel_apps_is_added_with_its_recovery_codes()
    {
        var owner = await Server.AddAccount("race@example.com");
        var keys = Enumerable.Range(0, 4).Select(_ => Totp.NewKey().Bytes()).ToArray();
        var outcomes = await Server.Race(4, i => Add(owner.Id, keys[i], Server.Code(keys[i])));
        Assert.Equal(3, outcomes.OfType<AddTotpOutcome.Overtaken>().Count());
        var added = Assert.Single(outcomes.OfType<AddTotpOutcome.Added>());
        Assert.Equal(keys[Array.IndexOf(outcomes, added)], await StoredKey(owner.Id));
        Assert.IsType<CodeOutcome.Right>(await Server.GiveCode(owner.Id, added.RecoveryCodes[0]));
    }

    [Fact]
    public async Task Unknown_account_gets_no_app()
    {
        var key = Totp.NewKey().Bytes();
        await Server.Leaves(
            async () => Assert.IsType<AddTotpOutcome.Overtaken>(await Add(Guid.NewGuid(), key, Server.Code(key))));
    }

    private async Task<AddTotpOutcome> Add(Guid accountId, byte[] key, string code)
    {
        using var owner = SecretBytes.Copy(key);
        return await Server.Get<AddTotp>().Run(accountId, owner, code, People.Somewhere, CancellationToken.None);
    }

    private async Task<byte[]> StoredKey(Guid accountId) =>
        Server.Get<KeyRing>().Open(Totp.Place(accountId), (await Server.Stored(accountId)).TotpKey!).Bytes();
}
