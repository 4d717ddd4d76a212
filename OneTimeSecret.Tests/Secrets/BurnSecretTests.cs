using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>The metadata key burns a secret. So does its owner, from their list, without key and passphrase. Nobody else does.</summary>
public sealed class BurnSecretTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _owner = await _server.SignedIn("owner@example.com");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_owner_burns_without_the_passphrase()
    {
        var (key, metadata) = await _server.Conceal("value", "passphrase", account: _owner);
        var burned = Assert.IsType<BurnOutcome.Burned>(await Burn(_owner, metadata));
        Assert.Equal((ReceiptState.Burned, key.Text), (burned.Receipt.State, burned.SecretKey));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryReveal(key, "passphrase"));
        Assert.Equal(ReceiptState.Burned, (await _server.Receipt(metadata)).State);
    }

    [Fact]
    public async Task Only_one_of_many_concurrent_burns_succeeds()
    {
        var (_, metadata) = await _server.Conceal("value", account: _owner);
        var outcomes = await Verbs.AtOnce(16, _ => Burn(_owner, metadata));
        Assert.Single(outcomes.OfType<BurnOutcome.Burned>());
        Assert.Equal(15, outcomes.Count(outcome => outcome is BurnOutcome.Unknown));
    }

    [Fact]
    public async Task Foreign_anonymous_finished_and_unknown_secrets_get_the_same_answer_and_are_not_burned()
    {
        var eve = await _server.SignedIn("eve@example.com");
        var owned = await _server.Conceal("owned", account: _owner);
        var anonymous = await _server.Conceal("anonymous");
        var read = await _server.Conceal("read", account: eve);
        await _server.TryReveal(read.Key);
        var expired = await _server.Conceal("expired", ttl: 60, account: eve);
        _server.Clock.Advance(TimeSpan.FromSeconds(61));
        foreach (var metadata in new[] { owned.Metadata, anonymous.Metadata, read.Metadata, expired.Metadata, MetadataKey.New() })
            Assert.Equal(new BurnOutcome.Unknown(), await Burn(eve, metadata));
        foreach (var text in (string?[])[null, "", "x", owned.Metadata.Text, Row(owned.Metadata) + "0", new string('z', 64)])
            Assert.Equal(new BurnOutcome.Unknown(), await _server.Get<BurnSecret>().Run(eve.Asks(), text, CancellationToken.None));
        Assert.Equal("owned", (await _server.TryReveal(owned.Key)).Value());
        Assert.Equal("anonymous", (await _server.TryReveal(anonymous.Key)).Value());
    }

    [Fact]
    public async Task Receipt_whose_owner_was_changed_in_the_database_cannot_be_burned_by_the_new_owner()
    {
        var eve = await _server.SignedIn("eve@example.com");
        var (_, metadata) = await _server.Conceal("value", account: _owner);
        await using (var db = _server.Database())
            Assert.Equal(1, await db.Receipts.ExecuteUpdateAsync(set => set.SetProperty(r => r.OwnerId, eve.Id)));
        Assert.IsType<BurnOutcome.Unknown>(await Burn(eve, metadata));
    }

    [Fact]
    public async Task Metadata_key_burns_the_secret_once_and_an_unknown_key_burns_nothing()
    {
        var (key, metadata) = await _server.Conceal("value");
        Assert.IsType<BurnOutcome.Unknown>(await _server.TryBurn(MetadataKey.New()));
        Assert.IsType<BurnOutcome.Unknown>(await _server.Get<BurnSecret>().Run(null, null, Verbs.Somebody, CancellationToken.None));
        var burned = Assert.IsType<BurnOutcome.Burned>(await _server.TryBurn(metadata));
        Assert.Equal((ReceiptState.Burned, key.Text), (burned.Receipt.State, burned.SecretKey));
        Assert.IsType<BurnOutcome.Unknown>(await _server.TryBurn(metadata));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryReveal(key));
    }

    [Fact]
    public async Task Burn_with_the_metadata_key_needs_the_passphrase_if_one_is_set()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        foreach (var wrong in (string?[])[null, "", "wrong"])
            Assert.IsType<BurnOutcome.WrongPassphrase>(await _server.TryBurn(metadata, wrong));
        Assert.IsType<BurnOutcome.Burned>(await _server.TryBurn(metadata, "right"));
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryReveal(key, "right"));
    }

    [Fact]
    public async Task Lock_of_revealing_does_not_lock_burning_which_counts_its_own_wrong_passphrases()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Spend(key, 20);
        Assert.IsType<RevealOutcome.Locked>(await _server.TryReveal(key, "right"));
        for (var i = 0; i < 5; i++)
            Assert.IsType<BurnOutcome.WrongPassphrase>(await _server.TryBurn(metadata, "wrong", "guesser"));
        Assert.IsType<BurnOutcome.Locked>(await _server.TryBurn(metadata, "right", "guesser"));
        Assert.IsType<BurnOutcome.Burned>(await _server.TryBurn(metadata, "right", "owner"));
        Assert.Equal(ReceiptState.Burned, (await _server.Receipt(metadata)).State);
    }

    private static string Row(MetadataKey metadata) => Convert.ToHexStringLower(metadata.Id);

    private Task<BurnOutcome> Burn(SignedIn account, MetadataKey metadata) =>
        _server.Get<BurnSecret>().Run(account.Asks(), Row(metadata), CancellationToken.None);
}
