using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>Contract section 6: the owner burns from the list without key and passphrase; nobody else does.</summary>
public sealed class BurnByOwnerTests : IAsyncLifetime
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
    public async Task Of_many_at_once_one_burns()
    {
        var (_, metadata) = await _server.Conceal("value", account: _owner);
        var outcomes = await Verbs.AtOnce(16, _ => Burn(_owner, metadata));
        Assert.Single(outcomes.OfType<BurnOutcome.Burned>());
        Assert.Equal(15, outcomes.Count(outcome => outcome is BurnOutcome.Unknown));
    }

    [Fact]
    public async Task Anothers_nobodys_and_unknown_ones_are_all_the_same_and_stay()
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

    /// <summary>The receipt changes hands between the look and the deed.</summary>
    [Fact]
    public async Task The_owner_is_checked_in_the_statement_that_takes_the_secret()
    {
        var eve = await _server.SignedIn("eve@example.com");
        var (key, metadata) = await _server.Conceal("value", account: _owner);
        var place = new SecretBox.SecretPlace(key.Id, metadata.Id, _owner.Id, default);
        var claim = _server.Get<ClaimSecret>();
        var mine = new Claim(place, 0, ReceiptState.Burned, Verbs.Somebody) { Owner = _owner.Id };
        Assert.IsType<ClaimOutcome.Gone>(await claim.Run(mine with { Owner = eve.Id }, CancellationToken.None));
        Assert.Equal(ReceiptState.New, (await _server.Receipt(metadata)).State);
        Assert.IsType<ClaimOutcome.Claimed>(await claim.Run(mine, CancellationToken.None));
    }

    [Fact]
    public async Task A_row_that_was_given_to_another_account_is_not_burned_by_it()
    {
        var eve = await _server.SignedIn("eve@example.com");
        var (_, metadata) = await _server.Conceal("value", account: _owner);
        await using (var db = _server.Database())
            Assert.Equal(1, await db.Receipts.ExecuteUpdateAsync(set => set.SetProperty(r => r.OwnerId, eve.Id)));
        Assert.IsType<BurnOutcome.Unknown>(await Burn(eve, metadata));
    }

    private static string Row(MetadataKey metadata) => Convert.ToHexStringLower(metadata.Id);

    private Task<BurnOutcome> Burn(SignedIn account, MetadataKey metadata) =>
        _server.Get<BurnSecret>().Run(account.Asks(), Row(metadata), CancellationToken.None);
}
