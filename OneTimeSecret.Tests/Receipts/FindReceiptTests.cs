using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Receipts;

/// <summary>What a receipt shows to the holder of its metadata key, and what to its owner.</summary>
public sealed class FindReceiptTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task Receipt_shows_the_state_of_its_secret_and_the_link_only_while_the_secret_is_unread()
    {
        var (unread, read) = (await _server.Conceal("unread", ttl: 60), await _server.Conceal("read", ttl: 60));
        var burned = await _server.Conceal("burned", ttl: 60);
        await _server.TryReveal(read.Key);
        await _server.TryBurn(burned.Metadata);
        Assert.Equal((ReceiptState.New, unread.Key.Text), await Told(unread.Metadata));
        Assert.Equal((ReceiptState.Received, null), await Told(read.Metadata));
        Assert.Equal((ReceiptState.Burned, null), await Told(burned.Metadata));
        _server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((ReceiptState.Expired, null), await Told(unread.Metadata));
        Assert.Equal((ReceiptState.Received, null), await Told(read.Metadata));
    }

    [Fact]
    public async Task No_receipt_is_found_for_a_wrong_or_missing_key_or_after_the_receipt_has_expired()
    {
        var (key, metadata) = await _server.Conceal("value", ttl: 60);
        foreach (var other in new[] { null, MetadataKey.New(), MetadataKey.Parse(key.Text) })
            Assert.Null(await Find(other));
        _server.Clock.Advance(TimeSpan.FromSeconds(120) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await Find(metadata));
        _server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await Find(metadata));
    }

    [Fact]
    public async Task Wrong_tries_locks_and_lifts_are_read_only_on_request()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Spend(key, 20);
        var shown = await _server.Receipt(metadata);
        Assert.Equal((20, true, true), (shown.WrongTries, shown.AnyLocked, shown.CanLift));
        Assert.True(shown.LockedUntil > _server.Clock.GetUtcNow());
        var plain = (await _server.Get<FindReceipt>().Run(metadata, withTries: false, CancellationToken.None))!;
        Assert.Equal((0, false, null, 0), (plain.WrongTries, plain.AnyLocked, plain.LockedUntil, plain.LiftsLeft));
        Assert.Equal(shown.SecretKey, plain.SecretKey);
        _server.Clock.Advance(TimeSpan.FromMinutes(30));
        var after = await _server.Receipt(metadata);
        Assert.Equal((20, false, null), (after.WrongTries, after.AnyLocked, after.LockedUntil));
    }

    [Fact]
    public async Task Owner_finds_only_receipts_of_their_own_list_and_without_the_link()
    {
        var (owner, eve) = (await _server.SignedIn("owner@example.com"), await _server.SignedIn("eve@example.com"));
        var (_, metadata) = await _server.Conceal("value", account: owner);
        var (_, nobodys) = await _server.Conceal("value");
        var row = Convert.ToHexStringLower(metadata.Id);
        var listed = (await Find(owner, row))!;
        Assert.Equal((row, owner.Email, null), (listed.RowId, listed.Receipt.OwnerEmail, listed.Receipt.SecretKey));
        Assert.Null(await Find(eve, row));
        foreach (var text in (string?[])[null, "", "x", metadata.Text, row + "0", Convert.ToHexStringLower(nobodys.Id)])
            Assert.Null(await Find(owner, text));
    }

    [Fact]
    public async Task Holder_of_the_metadata_key_does_not_learn_who_adopted_the_receipt()
    {
        var adopter = await _server.SignedIn("adopter@example.com");
        var (_, metadata) = await _server.Conceal("value");
        Assert.True(await _server.Get<AdoptReceipt>().Run(metadata, adopter.Asks(), CancellationToken.None));
        Assert.Equal((true, null), ((await _server.Receipt(metadata)).Adopted, (await _server.Receipt(metadata)).OwnerEmail));
    }

    private Task<Receipt?> Find(MetadataKey? key) => _server.Get<FindReceipt>().Run(key, CancellationToken.None);

    private Task<ListedReceipt?> Find(SignedIn account, string? row) =>
        _server.Get<FindReceipt>().Run(account, row, CancellationToken.None);

    private async Task<(ReceiptState State, string? Link)> Told(MetadataKey key)
    {
        var receipt = await _server.Receipt(key);
        return (receipt.State, receipt.SecretKey);
    }
}
