using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Mail;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>The claim that ends every reveal and burn. Only one caller gets the secret. The claim checks all conditions again.</summary>
public sealed class ClaimSecretTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(Mails.Settings);
        _owner = await _server.SignedIn("owner@example.com");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(ReceiptState.Received, AuditKind.SecretRevealed)]
    [InlineData(ReceiptState.Burned, AuditKind.SecretBurned)]
    public async Task Only_one_of_many_concurrent_claims_succeeds_and_receipt_and_trail_record_it(ReceiptState final, AuditKind kind)
    {
        var (key, metadata) = await _server.Conceal("value");
        var outcomes = Array.Empty<ClaimOutcome>();
        await _server.Leaves(
            async () => outcomes = await Verbs.AtOnce(16, _ => _server.Claim(key.Id, metadata.Id, final)),
            LeftRow.ByAnybody(kind, metadata.Name()));
        Assert.Single(outcomes.OfType<ClaimOutcome.Claimed>());
        Assert.Equal(15, outcomes.Count(outcome => outcome is ClaimOutcome.Gone));
        await using var db = _server.Database();
        Assert.False(await db.Secrets.AnyAsync());
        var receipt = await db.Receipts.AsNoTracking().SingleAsync();
        Assert.Equal((final, null), (receipt.State, receipt.SealedSecretKey));
    }

    [Fact]
    public async Task Claim_fails_unless_the_secret_and_the_receipt_belong_together()
    {
        var (one, other) = (await _server.Conceal("one"), await _server.Conceal("other"));
        Assert.IsType<ClaimOutcome.Gone>(await _server.Claim(one.Key.Id, other.Metadata.Id, ReceiptState.Burned));
        foreach (var metadata in new[] { one.Metadata, other.Metadata })
            Assert.Equal(ReceiptState.New, (await _server.Receipt(metadata)).State);
        Assert.Equal("one", (await _server.TryReveal(one.Key)).Value());
        Assert.Equal("other", (await _server.TryReveal(other.Key)).Value());
    }

    [Fact]
    public async Task Claim_of_an_expired_secret_fails()
    {
        var (key, metadata) = await _server.Conceal("value", ttl: 60);
        _server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.IsType<ClaimOutcome.Gone>(await _server.Claim(key.Id, metadata.Id, ReceiptState.Received));
    }

    /// <summary>The receipt may get another owner between the first read and the claim.</summary>
    [Fact]
    public async Task Claim_for_an_account_that_is_not_the_owner_fails()
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
    public async Task Lock_set_before_the_claim_keeps_the_secret_and_gives_the_try_back()
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Spend(key, 18);
        var mine = Assert.IsType<TryOutcome.Spent>(
            await _server.Get<PassphraseTries>().Spend(key.Id, PassphraseUse.Reveal, "owner", CancellationToken.None));
        await _server.Spend(key, 1); // the twentieth wrong try, which locks
        var claimed = await _server.Claim(key.Id, metadata.Id, ReceiptState.Received, mine);
        var receipt = await _server.Receipt(metadata);
        Assert.Equal(new ClaimOutcome.Locked(receipt.LockedUntil!.Value), claimed);
        Assert.Equal((ReceiptState.New, 19), (receipt.State, receipt.WrongTries));
    }

    [Theory]
    [InlineData(PassphraseUse.Reveal)]
    [InlineData(PassphraseUse.Burn)]
    public async Task Right_passphrase_that_loses_to_a_concurrent_lock_gets_the_end_of_the_lock(PassphraseUse use)
    {
        var (key, metadata) = await _server.Conceal("value", "right");
        await _server.Spend(key, 18, use: use);
        var queue = _server.Get<WriteQueue>();
        Task<object> right;
        Task others;
        await using (new WriteLock(_server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            right = use == PassphraseUse.Reveal
                ? Boxed(_server.TryReveal(key, "right", "owner"))
                : Boxed(_server.TryBurn(metadata, "right", "owner"));
            await Verbs.Until(() => queue.Depth == 1);
            others = _server.Spend(key, 1, use: use); // queued right behind: the twentieth try, which locks
            await Verbs.Until(() => queue.Depth == 2);
            Assert.False(first.IsCompleted);
        }
        await others;
        var end = DateTimeOffset.FromUnixTimeMilliseconds(_server.Clock.GetUtcNow().ToUnixTimeMilliseconds()).AddMinutes(30);
        Assert.Equal(use == PassphraseUse.Reveal ? new RevealOutcome.Locked(end) : (object)new BurnOutcome.Locked(end), await right);
        Assert.Equal(ReceiptState.New, (await _server.Receipt(metadata)).State);
        _server.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("value", (await _server.TryReveal(key, "right", "owner")).Value());
    }

    [Fact]
    public async Task Owner_who_asked_for_mails_gets_one_for_a_view_and_none_for_a_burn()
    {
        await Ask(viewed: true, expiry: true);
        var (key, metadata) = await _server.Conceal("value", account: _owner);
        await _server.TryBurn((await _server.Conceal("another", account: _owner)).Metadata);
        Assert.Empty(await _server.Waiting());
        Assert.Equal("value", (await _server.TryReveal(key)).Value());
        var content = Assert.IsType<SecretViewedMail>(Assert.Single(await _server.Waiting()).Open(_server.Get<KeyRing>()));
        Assert.Equal(("owner@example.com", Convert.ToHexStringLower(metadata.Id.AsSpan(0, 4))), (content.To, content.ShortId));

        await Ask(viewed: false, expiry: true);
        await _server.TryReveal((await _server.Conceal("quiet", account: _owner)).Key);
        await _server.TryReveal((await _server.Conceal("anonymous")).Key);
        Assert.Single(await _server.Waiting());
    }

    private static async Task<object> Boxed<T>(Task<T> outcome)
        where T : notnull => await outcome;

    private Task<(bool Viewed, bool Expiry)> Ask(bool viewed, bool expiry) =>
        _server.Get<ChooseMails>().Run("owner@example.com", viewed, expiry, CancellationToken.None);
}
