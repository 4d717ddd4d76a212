using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests.Secrets;

public sealed class PassphraseLockTests
{
    private const string CheapHash = "--Passphrases:BcryptCost=10";

    [Fact]
    public async Task After_five_wrong_ones_this_client_is_locked_out_for_thirty_minutes_and_no_other()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, _) = await server.Conceal("value", "right");
        await Guess(server, key, 5, "a");
        var locked = Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "a"));
        Assert.Equal(TimeSpan.FromMinutes(30), locked.Until - Whole(server.Clock.GetUtcNow()));
        Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, "wrong", "b"));
        server.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMilliseconds(2));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "a"));
        server.Clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal("value", (await server.TryReveal(key, "right", "a")).Value());
    }

    [Fact]
    public async Task After_twenty_wrong_ones_even_the_right_one_is_refused_until_the_lock_ends()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, metadata) = await server.Conceal("value", "right");
        await Guess(server, key, 20);
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "owner"));
        Assert.Null(await server.Reveal(key.Text, "right"));
        Assert.Equal(Whole(server.Clock.GetUtcNow()).AddMinutes(30), (await server.Receipt(metadata)).LockedUntil);
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Null((await server.Receipt(metadata)).LockedUntil);
        Assert.Equal("value", (await server.TryReveal(key, "right", "owner")).Value());
    }

    [Fact]
    public async Task Each_further_twenty_lock_twice_as_long_and_a_hundred_for_good()
    {
        await using var server = await RunningServer.Start(CheapHash, "--Limits:MaxLockMinutes=120");
        var (key, metadata) = await server.Conceal("value", "right");
        foreach (var minutes in new[] { 30, 60, 120, 120 })
        {
            await Spend(server, key, 20);
            Assert.Equal(Whole(server.Clock.GetUtcNow()).AddMinutes(minutes), (await server.Receipt(metadata)).LockedUntil);
            server.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }
        await Spend(server, key, 20);
        server.Clock.Advance(TimeSpan.FromDays(6));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "owner"));
    }

    [Fact]
    public async Task Burning_works_during_a_lock_of_the_reveal_and_counts_its_own_wrong_ones()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, metadata) = await server.Conceal("value", "right");
        await Spend(server, key, 20);
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right"));
        for (var i = 0; i < 5; i++)
            Assert.IsType<BurnOutcome.WrongPassphrase>(await server.TryBurn(metadata, "wrong", "guesser"));
        Assert.IsType<BurnOutcome.Locked>(await server.TryBurn(metadata, "right", "guesser"));
        Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(metadata, "right", "owner"));
        Assert.Equal(ReceiptState.Burned, (await server.Receipt(metadata)).State);
    }

    [Fact]
    public async Task The_holder_of_the_metadata_key_lifts_the_lock()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, metadata) = await server.Conceal("value", "right");
        var (other, _) = await server.Conceal("other", "right");
        await Spend(server, key, 20);
        await Spend(server, other, 20);
        var lift = server.Get<LiftLock>();
        Assert.False(await lift.Run(null, CancellationToken.None));
        Assert.False(await lift.Run(MetadataKey.New(), CancellationToken.None));
        Assert.False(await lift.Run(MetadataKey.Parse(key.Text), CancellationToken.None));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right"));
        Assert.True(await lift.Run(metadata, CancellationToken.None));
        Assert.Equal(0, (await server.Receipt(metadata)).WrongTries);
        Assert.Equal("value", (await server.TryReveal(key, "right")).Value());
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(other, "right"));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(19, 20)]
    public async Task The_right_one_succeeds_on_the_very_try_that_would_set_a_lock(int wrong, int clients)
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, _) = await server.Conceal("value", "right");
        await Spend(server, key, wrong, clients);
        Assert.Equal("value", (await server.TryReveal(key, "right", "client 0")).Value());
    }

    [Fact]
    public async Task The_right_one_costs_nothing_when_the_box_does_not_open()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, metadata) = await server.Conceal("value", "right");
        await Spend(server, key, 19);
        await using (var db = server.Database())
        {
            // Another inner box: the outer one is right, the passphrase is right, and still it does not open.
            var secret = await db.Secrets.SingleAsync();
            var ring = server.Get<KeyRing>();
            var place = new SecretBox.SecretPlace(key.Id, metadata.Id, null, secret.Expires);
            var contents = SecretBox.OpenOuter(ring, place, secret.Box);
            contents.Inner[^1] ^= 1;
            secret.Box = ring.Seal(place.Outer, contents.Encode());
            await db.SaveChangesAsync();
        }
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<BrokenBoxException>(() => server.TryReveal(key, "right", "owner"));
        var receipt = await server.Receipt(metadata);
        Assert.Equal(19, receipt.WrongTries);
        Assert.Null(receipt.LockedUntil);
    }

    [Fact]
    public async Task A_lock_that_others_set_meanwhile_keeps_the_secret_and_gives_the_try_back()
    {
        await using var server = await RunningServer.Start(CheapHash);
        var (key, metadata) = await server.Conceal("value", "right");
        await Spend(server, key, 18);
        var mine = Assert.IsType<TryOutcome.Spent>(
            await server.Get<PassphraseTries>().Spend(key.Id, PassphraseUse.Reveal, "owner", CancellationToken.None));
        await Spend(server, key, 1); // the twentieth: locks
        Assert.False(await server.Get<ClaimSecret>().Run(key.Id, metadata.Id, ReceiptState.Received, mine, CancellationToken.None));
        var receipt = await server.Receipt(metadata);
        Assert.Equal((ReceiptState.New, 19), (receipt.State, receipt.WrongTries));
        Assert.NotNull(receipt.LockedUntil);
    }

    [Fact]
    public async Task Tries_outlive_a_restart_and_show_no_client()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        SecretKey key;
        await using (var server = await RunningServer.Start(folder, adjust: null, CheapHash))
        {
            (key, _) = await server.Conceal("value", "right");
            await Guess(server, key, 5, "192.0.2.77");
        }
        Assert.False(RawFiles.In(folder).Hold("192.0.2.77"u8));
        await using (var server = await RunningServer.Start(folder, adjust: null, CheapHash))
            Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "192.0.2.77"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Guess(RunningServer server, SecretKey key, int times, string? client = null)
    {
        for (var i = 0; i < times; i++)
            Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, "wrong", client ?? $"client {i}"));
    }

    /// <summary>Spends tries as wrong passphrases do, without the hashes.</summary>
    private static async Task Spend(RunningServer server, SecretKey key, int times, int clients = 20)
    {
        for (var i = 0; i < times; i++)
            Assert.IsType<TryOutcome.Spent>(
                await server.Get<PassphraseTries>().Spend(key.Id, PassphraseUse.Reveal, $"client {i % clients}", CancellationToken.None));
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
