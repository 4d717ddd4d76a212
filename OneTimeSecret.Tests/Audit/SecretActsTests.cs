using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>What becomes of a secret leaves one row each time: who, from where, and which receipt.</summary>
public sealed class SecretActsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Passphrases:BcryptCost=10");
        _owner = await _server.SignedIn(People.Email);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Creating_leaves_a_row()
    {
        MetadataKey key = null!;
        var left = await _server.Leaves(async () => (_, key) = await _server.Conceal("value"));
        Assert.Equal(Anybodys(AuditKind.SecretCreated, key), left);
        left = await _server.Leaves(async () => (_, key) = await _server.Conceal("value", account: _owner));
        Assert.Equal(Owners(AuditKind.SecretCreated, key), left);
    }

    [Fact]
    public async Task Revealing_leaves_a_row_once()
    {
        var (key, metadata) = await _server.Conceal("value");
        var left = await _server.Leaves(async () => Assert.Equal("value", (await _server.TryReveal(key, client: "203.0.113.9")).Value()));
        Assert.Equal(Anybodys(AuditKind.SecretRevealed, metadata) with { Client = "203.0.113.9" }, left);
        Assert.Empty(await _server.LeavesAll(() => _server.TryReveal(key)));
    }

    [Fact]
    public async Task The_client_is_the_one_that_the_request_came_from()
    {
        var left = await _server.LeavesAll(async () => await _server.Reveal((await _server.Share("value")).SecretKey));
        Assert.Equal([AuditKind.SecretCreated, AuditKind.SecretRevealed], left.Select(act => act.Kind));
        Assert.All(left, act => Assert.Equal("127.0.0.1", act.Client));
    }

    [Fact]
    public async Task Burning_by_key_leaves_a_row()
    {
        var (_, metadata) = await _server.Conceal("value");
        var left = await _server.Leaves(() => _server.TryBurn(metadata));
        Assert.Equal(Anybodys(AuditKind.SecretBurned, metadata), left);
        Assert.Empty(await _server.LeavesAll(() => _server.TryBurn(metadata)));
    }

    [Fact]
    public async Task Burning_from_ones_list_leaves_a_row()
    {
        var (_, metadata) = await _server.Conceal("value", "passphrase", account: _owner);
        var left = await _server.Leaves(
            () => _server.Get<BurnSecret>().Run(_owner.Asks(), Convert.ToHexStringLower(metadata.Id), CancellationToken.None));
        Assert.Equal(Owners(AuditKind.SecretBurned, metadata), left);
    }

    [Theory, InlineData("wrong"), InlineData(null)]
    public async Task A_wrong_or_missing_passphrase_leaves_a_refusal(string? passphrase)
    {
        var (key, metadata) = await _server.Conceal("value", "passphrase");
        var refused = Anybodys(AuditKind.PassphraseRefused, metadata) with { Result = AuditResult.Refused };
        Assert.Equal(refused, await _server.Leaves(() => _server.TryReveal(key, passphrase)));
        Assert.Equal(refused, await _server.Leaves(() => _server.TryBurn(metadata, passphrase)));
        Assert.Equal(
            Anybodys(AuditKind.SecretRevealed, metadata), await _server.Leaves(() => _server.TryReveal(key, "passphrase")));
    }

    [Fact]
    public async Task A_lock_leaves_a_refusal_and_lifting_it_a_row()
    {
        var (key, metadata) = await _server.Conceal("value", "passphrase");
        await _server.Spend(key, 20);
        Assert.Equal(
            Anybodys(AuditKind.PassphraseRefused, metadata) with { Result = AuditResult.Refused },
            await _server.Leaves(() => _server.TryReveal(key, "passphrase")));
        Assert.Equal(Anybodys(AuditKind.LockLifted, metadata), await _server.Leaves(() => Lift(metadata)));
        Assert.Empty(await _server.LeavesAll(() => Lift(metadata))); // nothing was locked any more
    }

    [Fact]
    public async Task Taking_over_a_receipt_leaves_a_row_once()
    {
        var (_, metadata) = await _server.Conceal("value");
        Task Adopt() => _server.Get<AdoptReceipt>().Run(metadata, _owner.Asks(), CancellationToken.None);
        Assert.Equal(Owners(AuditKind.ReceiptAdopted, metadata), await _server.Leaves(Adopt));
        Assert.Empty(await _server.LeavesAll(Adopt));
    }

    [Fact]
    public async Task Of_many_reveals_at_once_one_leaves_a_row()
    {
        var (key, metadata) = await _server.Conceal("value");
        var left = await _server.Leaves(() => Verbs.AtOnce(16, _ => _server.TryReveal(key)));
        Assert.Equal(Anybodys(AuditKind.SecretRevealed, metadata), left);
    }

    private Task<LiftOutcome> Lift(MetadataKey key) => _server.Get<LiftLock>().Run(key, Verbs.Somebody, CancellationToken.None);

    private static Act Anybodys(AuditKind kind, MetadataKey key) =>
        new(kind, AuditActor.Anybody, null, Verbs.Somebody.Client) { Subject = StoredReceipt.ShortId(key.Id) };

    private Act Owners(AuditKind kind, MetadataKey key) =>
        Anybodys(kind, key) with { Actor = AuditActor.Account, AccountId = _owner.Id };
}
