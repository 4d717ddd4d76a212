using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Receipts;

public sealed class AdoptReceiptTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start([.. Mails.Settings]);
        _owner = await _server.SignedIn("owner@example.com");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_adopted_receipt_is_in_the_list_and_its_link_reveals_once()
    {
        var (key, metadata) = await _server.Conceal("value", "passphrase");
        Assert.True(await Adopt(metadata));
        var item = Assert.Single((await _server.Get<BrowseReceipts>().Run(_owner, new ReceiptQuery(), CancellationToken.None)).Items);
        Assert.Equal((ReceiptState.New, _owner.Email), (item.Receipt.State, item.Receipt.OwnerEmail));
        Assert.Single(await _server.Get<RecentReceipts>().Run(_owner, CancellationToken.None).ToListAsync());
        Assert.Equal(key.Text, (await _server.Receipt(metadata)).SecretKey);
        Assert.Equal("value", (await _server.TryReveal(key, "passphrase")).Value());
        Assert.IsType<RevealOutcome.Unknown>(await _server.TryReveal(key, "passphrase"));
        Assert.Equal(ReceiptState.Received, (await _server.Receipt(metadata)).State);
    }

    [Fact]
    public async Task Adopted_receipt_can_be_burned_with_its_key_and_by_its_owner()
    {
        var (byKey, byOwner) = (await _server.Conceal("value"), await _server.Conceal("value"));
        Assert.True(await Adopt(byKey.Metadata));
        Assert.True(await Adopt(byOwner.Metadata));
        Assert.IsType<BurnOutcome.Burned>(await _server.TryBurn(byKey.Metadata));
        Assert.IsType<BurnOutcome.Burned>(
            await _server.Get<BurnSecret>().Run(_owner.Asks(), Convert.ToHexStringLower(byOwner.Metadata.Id), CancellationToken.None));
        Assert.Null((await _server.TryReveal(byKey.Key)).Value());
        Assert.Null((await _server.TryReveal(byOwner.Key)).Value());
    }

    [Fact]
    public async Task Adopting_a_receipt_gives_no_right_beyond_those_of_its_metadata_key()
    {
        var (key, metadata) = await _server.Conceal("value", "passphrase");
        Assert.True(await Adopt(metadata));
        Assert.IsType<BurnOutcome.Unknown>(
            await _server.Get<BurnSecret>().Run(_owner.Asks(), Convert.ToHexStringLower(metadata.Id), CancellationToken.None));
        Assert.Null((await _server.Receipt(metadata)).OwnerEmail); // the creator does not learn who adopted it
        await _server.With<DeleteAccount, DeleteOutcome>(
            delete => delete.Run(_owner, _owner.Email, People.Somewhere, CancellationToken.None));
        Assert.Equal(ReceiptState.New, (await _server.Receipt(metadata)).State);
        Assert.Equal("value", (await _server.TryReveal(key, "passphrase")).Value());
    }

    [Fact]
    public async Task Owned_expired_and_unknown_receipts_cannot_be_adopted()
    {
        var eve = await _server.SignedIn("eve@example.com");
        var anonymous = await _server.Conceal("value");
        Assert.True(await Adopt(anonymous.Metadata));
        Assert.False(await Adopt(anonymous.Metadata));
        Assert.False(await Adopt(anonymous.Metadata, eve));
        Assert.False(await Adopt((await _server.Conceal("value", account: _owner)).Metadata, eve));
        Assert.False(await Adopt(MetadataKey.New()));
        Assert.False(await Adopt(null));
        var (_, over) = await _server.Conceal("value", ttl: 60);
        _server.Clock.Advance(TimeSpan.FromSeconds(120));
        Assert.False(await Adopt(over));
        Assert.Empty(await _server.Get<RecentReceipts>().Run(eve, CancellationToken.None).ToListAsync());
        Assert.Equal("value", (await _server.TryReveal(anonymous.Key)).Value());
    }

    [Fact]
    public async Task Only_one_of_two_accounts_adopts_a_receipt_that_both_want_at_once()
    {
        var eve = await _server.SignedIn("eve@example.com");
        var (_, metadata) = await _server.Conceal("value");
        var adopted = await Verbs.AtOnce(8, i => Adopt(metadata, i % 2 == 0 ? eve : _owner));
        Assert.Single(adopted, whether => whether);
        var recent = _server.Get<RecentReceipts>();
        Assert.Equal(1, await recent.Run(eve, CancellationToken.None).Concat(recent.Run(_owner, CancellationToken.None)).CountAsync());
    }

    [Fact]
    public async Task Receipt_of_a_received_secret_can_be_adopted_and_stays_received()
    {
        var (key, metadata) = await _server.Conceal("value");
        await _server.TryReveal(key);
        Assert.True(await Adopt(metadata));
        var listed = Assert.Single(await _server.Get<RecentReceipts>().Run(_owner, CancellationToken.None).ToListAsync());
        Assert.Equal(ReceiptState.Received, listed.State);
    }

    [Fact]
    public async Task Key_rotation_reseals_adopted_receipts_so_that_the_old_root_can_be_retired()
    {
        var ring = _server.Get<KeyRing>();
        var old = ring.CurrentRoot;
        var (key, metadata) = await _server.Conceal("value", "passphrase");
        Assert.True(await Adopt(metadata));
        await _server.Get<RotateKeys>().Run(_ => { }, CancellationToken.None);
        await using (var db = _server.Database())
        {
            Assert.Equal(ring.CurrentRoot, Box.KeyId((await db.Secrets.SingleAsync()).Box, "test"));
            Assert.Equal(ring.CurrentRoot, Box.KeyId((await db.Receipts.SingleAsync()).SealedMetadataKey, "test"));
        }
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        await _server.Get<RetireKey>().Run(old, CancellationToken.None);
        Assert.Single(await _server.Get<RecentReceipts>().Run(_owner, CancellationToken.None).ToListAsync());
        Assert.Equal("value", (await _server.TryReveal(key, "passphrase")).Value());
    }

    [Fact]
    public async Task Owner_who_asked_for_mails_gets_one_when_an_adopted_secret_is_viewed()
    {
        await _server.Get<ChooseMails>().Run(_owner.Email, viewed: true, expiry: null, CancellationToken.None);
        var (key, metadata) = await _server.Conceal("value");
        Assert.True(await Adopt(metadata));
        Assert.Equal("value", (await _server.TryReveal(key)).Value());
        var mail = Assert.Single(await _server.Waiting()).Open(_server.Get<KeyRing>());
        Assert.Equal(_owner.Email, Assert.IsType<SecretViewedMail>(mail).To);
    }

    private Task<bool> Adopt(MetadataKey? metadata, SignedIn? account = null) =>
        _server.Get<AdoptReceipt>().Run(metadata, (account ?? _owner).Asks(), CancellationToken.None);
}
