using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

public sealed class PassphraseLockTests
{
    [Fact]
    public async Task After_five_wrong_ones_this_client_is_locked_out_for_thirty_minutes_and_no_other()
    {
        await using var server = await RunningServer.Start();
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
        await using var server = await RunningServer.Start();
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
        await using var server = await RunningServer.Start("--Limits:MaxLockMinutes=120");
        var (key, metadata) = await server.Conceal("value", "right");
        foreach (var minutes in new[] { 30, 60, 120, 120 })
        {
            await server.Spend(key, 20);
            Assert.Equal(Whole(server.Clock.GetUtcNow()).AddMinutes(minutes), (await server.Receipt(metadata)).LockedUntil);
            server.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }
        await server.Spend(key, 20);
        server.Clock.Advance(TimeSpan.FromDays(6));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "owner"));
    }

    [Fact]
    public async Task Burning_works_during_a_lock_of_the_reveal_and_counts_its_own_wrong_ones()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 20);
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right"));
        for (var i = 0; i < 5; i++)
            Assert.IsType<BurnOutcome.WrongPassphrase>(await server.TryBurn(metadata, "wrong", "guesser"));
        Assert.IsType<BurnOutcome.Locked>(await server.TryBurn(metadata, "right", "guesser"));
        Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(metadata, "right", "owner"));
        Assert.Equal(ReceiptState.Burned, (await server.Receipt(metadata)).State);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(19, 20)]
    public async Task The_right_one_succeeds_on_the_very_try_that_would_set_a_lock(int wrong, int clients)
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value", "right");
        await server.Spend(key, wrong, clients);
        Assert.Equal("value", (await server.TryReveal(key, "right", "client 0")).Value());
    }

    [Fact]
    public async Task The_right_one_costs_nothing_when_the_box_does_not_open()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 19);
        await using (var db = server.Database())
        {
            // Another inner box: the outer one is right, the passphrase is right, and still it does not open.
            var secret = await db.Secrets.SingleAsync();
            var ring = server.Get<KeyRing>();
            var place = new SecretBox.SecretPlace(key.Id, metadata.Id, null, secret.Expires);
            using var contents = SecretBox.OpenOuter(ring, place, secret.Box);
            var inner = contents.Inner.ToArray();
            inner[^1] ^= 1;
            secret.Box = ring.Seal(place.Outer, SecretBox.Contents.Encode(contents.Passphrase, inner).Bytes());
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
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 18);
        var mine = Assert.IsType<TryOutcome.Spent>(
            await server.Get<PassphraseTries>().Spend(key.Id, PassphraseUse.Reveal, "owner", CancellationToken.None));
        await server.Spend(key, 1); // the twentieth: locks
        var claimed = await server.Claim(key.Id, metadata.Id, ReceiptState.Received, mine);
        var receipt = await server.Receipt(metadata);
        Assert.Equal(new ClaimOutcome.Locked(receipt.LockedUntil!.Value), claimed);
        Assert.Equal((ReceiptState.New, 19), (receipt.State, receipt.WrongTries));
    }

    [Fact]
    public async Task Tries_outlive_a_restart_and_show_no_client()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        SecretKey key;
        // The audit trail says who tried, as long as it is kept; what is counted by does not.
        await using (var server = await RunningServer.Start(folder, adjust: null, "--Audit:Enabled=false"))
        {
            (key, _) = await server.Conceal("value", "right");
            await Guess(server, key, 5, "192.0.2.77");
        }
        Assert.False(RawFiles.In(folder).Hold("192.0.2.77"u8));
        await using (var server = await RunningServer.Start(folder, adjust: null))
            Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "192.0.2.77"));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(PassphraseUse.Reveal)]
    [InlineData(PassphraseUse.Burn)]
    public async Task The_right_one_that_loses_to_a_lock_set_meanwhile_is_told_of_the_lock(PassphraseUse use)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 18, use: use);
        var queue = server.Get<WriteQueue>();
        Task<object> right;
        Task others;
        await using (new WriteLock(server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            right = use == PassphraseUse.Reveal
                ? Boxed(server.TryReveal(key, "right", "owner"))
                : Boxed(server.TryBurn(metadata, "right", "owner"));
            await Verbs.Until(() => queue.Depth == 1);
            others = server.Spend(key, 1, use: use); // right behind it: the twentieth, which locks
            await Verbs.Until(() => queue.Depth == 2);
            Assert.False(first.IsCompleted);
        }
        await others;
        var end = Whole(server.Clock.GetUtcNow()).AddMinutes(30);
        Assert.Equal(use == PassphraseUse.Reveal ? new RevealOutcome.Locked(end) : (object)new BurnOutcome.Locked(end), await right);
        Assert.Equal(ReceiptState.New, (await server.Receipt(metadata)).State);
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("value", (await server.TryReveal(key, "right", "owner")).Value());
    }

    private static async Task<object> Boxed<T>(Task<T> outcome)
        where T : notnull => await outcome;

    private static async Task Guess(RunningServer server, SecretKey key, int times, string? client = null)
    {
        for (var i = 0; i < times; i++)
            Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, "wrong", client ?? $"client {i}"));
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
