using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Secrets;

public sealed class PassphraseTriesTests
{
    [Fact]
    public async Task Five_wrong_passphrases_lock_out_only_that_client_for_thirty_minutes()
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
    public async Task After_twenty_wrong_passphrases_even_the_right_one_is_refused_until_the_lock_ends()
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
    public async Task Every_twenty_more_wrong_passphrases_double_the_lock_and_a_hundred_lock_the_secret_for_ever()
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

    [Theory]
    [InlineData(4, 1)]
    [InlineData(19, 20)]
    public async Task Right_passphrase_succeeds_on_the_try_that_would_set_a_lock(int wrong, int clients)
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value", "right");
        await server.Spend(key, wrong, clients);
        Assert.Equal("value", (await server.TryReveal(key, "right", "client 0")).Value());
    }

    [Fact]
    public async Task Tries_survive_a_restart_and_do_not_store_the_clients_address()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-").FullName;
        SecretKey key;
        // The audit trail would contain the client's address. The rows that count the tries must not.
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

    /// <summary>The best attack: so many clients that no client is locked, during the whole life of the secret.</summary>
    [Fact]
    public async Task Thirty_days_of_guessing_get_at_most_a_hundred_tries()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right", ttl: 2_592_000, account: await server.SignedIn("owner@example.com"));
        var tries = server.Get<PassphraseTries>();
        using var count = new HashCount();
        var spent = 0;
        var lastDay = server.Clock.GetUtcNow().AddDays(29);
        while (server.Clock.GetUtcNow() < lastDay)
        {
            switch (await tries.Spend(key.Id, PassphraseUse.Reveal, $"client {spent / 4}", CancellationToken.None))
            {
                case TryOutcome.Spent:
                    Assert.InRange(++spent, 1, 1000);
                    server.Clock.Advance(TimeSpan.FromSeconds(1));
                    break;
                case TryOutcome.Locked(var until):
                    // The guesser learns the end of the lock and returns then. During the permanent lock they try once a day.
                    var wait = until - server.Clock.GetUtcNow();
                    server.Clock.Advance(wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait);
                    break;
                default:
                    Assert.Fail("the secret is gone");
                    break;
            }
        }
        Assert.Equal(100, spent);
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "somebody else"));
        Assert.Equal(0, count.Hashes);
        Assert.Equal(100, (await server.Receipt(metadata)).WrongTries);
    }

    [Fact]
    public async Task Guessers_who_are_locked_out_add_no_rows()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value", "right");
        var tries = server.Get<PassphraseTries>();
        for (var i = 0; i < 60; i++)
            await tries.Spend(key.Id, PassphraseUse.Reveal, $"client {i}", CancellationToken.None);
        await using var db = server.Database();
        Assert.Equal(20 + 1, await db.Tries.CountAsync());
    }

    private static async Task Guess(RunningServer server, SecretKey key, int times, string? client = null)
    {
        for (var i = 0; i < times; i++)
            Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, "wrong", client ?? $"client {i}"));
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
