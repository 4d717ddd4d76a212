using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

public sealed class LiftLockTests
{
    [Fact]
    public async Task The_holder_of_the_metadata_key_lifts_the_lock()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        var (other, _) = await server.Conceal("other", "right");
        await server.Spend(key, 20);
        await server.Spend(other, 20);
        foreach (var stranger in new[] { null, MetadataKey.New(), MetadataKey.Parse(key.Text) })
            Assert.IsType<LiftOutcome.NothingToLift>(await Lift(server, stranger));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right"));
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.Equal("value", (await server.TryReveal(key, "right")).Value());
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(other, "right"));
    }

    [Fact]
    public async Task Lift_unlocks_every_client_and_keeps_the_count_of_wrong_passphrases()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 10, clients: 2); // five each
        Assert.Equal((10, null, true, 10, true), Shown(await server.Receipt(metadata)));
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.Equal((10, null, false, 9, false), Shown(await server.Receipt(metadata)));
        await server.Spend(key, 10, clients: 2);
        var until = DateTimeOffset.FromUnixTimeMilliseconds(server.Clock.GetUtcNow().ToUnixTimeMilliseconds()).AddMinutes(30);
        Assert.Equal((20, until, true, 9, true), Shown(await server.Receipt(metadata)));
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.Equal("value", (await server.TryReveal(key, "right", "client 1")).Value());
    }

    [Fact]
    public async Task Lift_without_a_lock_uses_up_no_lift()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        Assert.IsType<LiftOutcome.NothingToLift>(await Lift(server, metadata));
        await server.Spend(key, 19);
        Assert.IsType<LiftOutcome.NothingToLift>(await Lift(server, metadata));
        await server.Spend(key, 1);
        server.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.IsType<LiftOutcome.NothingToLift>(await Lift(server, metadata));
        Assert.Equal((20, null, false, 10, false), Shown(await server.Receipt(metadata)));
    }

    [Fact]
    public async Task A_secret_that_is_gone_or_has_no_passphrase_has_nothing_to_lift()
    {
        await using var server = await RunningServer.Start();
        var (plain, expired, copied) =
            (await server.Conceal("a"), await server.Conceal("b", "right", ttl: 60), await server.Conceal("c", "right"));
        await server.Spend(expired.Key, 20);
        await server.Spend(copied.Key, 20);
        await using (var db = server.Database())
            await db.Receipts.Where(r => r.Id == copied.Metadata.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReceiptState.Received));
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        foreach (var metadata in new[] { plain.Metadata, expired.Metadata, copied.Metadata })
            Assert.IsType<LiftOutcome.NothingToLift>(await Lift(server, metadata));
    }

    [Fact]
    public async Task The_lock_of_burning_is_not_lifted()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 20);
        await server.Spend(key, 20, use: PassphraseUse.Burn);
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.IsType<BurnOutcome.Locked>(await server.TryBurn(metadata, "right"));
    }

    [Fact]
    public async Task After_a_hundred_wrong_passphrases_each_lift_allows_one_more_try()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await SpendAHundred(server, key);
        Assert.True((await server.Receipt(metadata)).LockedUntil > (await server.Receipt(metadata)).SecretExpires);
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, "wrong", "recipient"));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "recipient"));
        Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
        Assert.Equal("value", (await server.TryReveal(key, "right", "recipient")).Value());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task When_all_lifts_are_used_up_the_lock_stays(int lifts)
    {
        await using var server = await RunningServer.Start($"--Limits:LiftsInAll={lifts}");
        var (key, metadata) = await server.Conceal("value", "right");
        await SpendAHundred(server, key);
        for (var i = 0; i < lifts; i++)
        {
            Assert.IsType<LiftOutcome.Lifted>(await Lift(server, metadata));
            await server.Spend(key, 1);
        }
        Assert.IsType<LiftOutcome.Exhausted>(await Lift(server, metadata));
        Assert.IsType<RevealOutcome.Locked>(await server.TryReveal(key, "right", "recipient"));
        var receipt = await server.Receipt(metadata);
        Assert.Equal((100 + lifts, receipt.LockedUntil, true, 0, false), Shown(receipt));
    }

    /// <summary>The guesser uses many clients, and lifts only after guess 100: until then, a lift only saves waiting.</summary>
    [Fact]
    public async Task The_holder_of_the_metadata_key_gets_ten_guesses_more_in_a_secrets_whole_life()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right", ttl: 2_592_000, account: await server.SignedIn("owner@example.com"));
        Assert.Equal(110, await GuessForALife(server, key, metadata, PassphraseUse.Reveal));
        Assert.Equal(100, await GuessForALife(server, key, metadata, PassphraseUse.Burn));
        server.Clock.Advance(TimeSpan.FromDays(30) - (server.Clock.GetUtcNow() - (await server.Receipt(metadata)).Created));
        Assert.IsType<TryOutcome.Gone>(await Guess(server, key, PassphraseUse.Reveal, 0));
    }

    [Fact]
    public async Task Parallel_lifts_and_guesses_get_no_more_than_their_limits()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await SpendAHundred(server, key);
        var lifted = new ConcurrentBag<LiftOutcome>();
        var spent = 0;
        await Verbs.AtOnce(16, async worker =>
        {
            for (var i = 0; i < 60; i++)
            {
                if (worker % 2 == 0)
                    lifted.Add(await Lift(server, metadata));
                else if (await Guess(server, key, PassphraseUse.Reveal, worker) is TryOutcome.Spent)
                    Interlocked.Increment(ref spent);
            }
            return 0;
        });
        // Uses up what was left when the first side had finished.
        while (await Lift(server, metadata) is LiftOutcome.Lifted last)
        {
            lifted.Add(last);
            await server.Spend(key, 1);
            spent++;
        }
        Assert.Equal((10, 10), (lifted.OfType<LiftOutcome.Lifted>().Count(), spent + (await Unused(server, key))));
        Assert.Equal(0, (await server.Receipt(metadata)).LiftsLeft);
    }

    [Fact]
    public async Task API_answers_with_a_receipt_without_reading_the_Tries_table()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 20);
        faults.Failing = "\"Tries\"";
        using var answer = await server.Http.Get($"/api/v1/receipt/{metadata.Text}");
        Assert.Equal(200, (int)answer.StatusCode);
        faults.Failing = null;
    }

    private static async Task<int> GuessForALife(RunningServer server, SecretKey key, MetadataKey metadata, PassphraseUse use)
    {
        var spent = 0;
        for (var waits = 0; waits < 12;)
        {
            switch (await Guess(server, key, use, spent / 4))
            {
                case TryOutcome.Spent:
                    Assert.InRange(++spent, 1, 1000);
                    server.Clock.Advance(TimeSpan.FromSeconds(1));
                    break;
                case TryOutcome.Locked(var until) when until - server.Clock.GetUtcNow() <= TimeSpan.FromDays(1):
                    server.Clock.Advance(until - server.Clock.GetUtcNow());
                    break;
                default:
                    if (await Lift(server, metadata) is LiftOutcome.Lifted)
                        break;
                    server.Clock.Advance(TimeSpan.FromDays(1));
                    waits++;
                    break;
            }
        }
        return spent;
    }

    private static async Task SpendAHundred(RunningServer server, SecretKey key)
    {
        for (var i = 0; i < 5; i++)
        {
            await server.Spend(key, 20);
            server.Clock.Advance(TimeSpan.FromHours(5));
        }
    }

    /// <summary>1 if no guess followed the last lift, otherwise 0.</summary>
    private static async Task<int> Unused(RunningServer server, SecretKey key) =>
        await Guess(server, key, PassphraseUse.Reveal, 99) is TryOutcome.Spent ? 1 : 0;

    private static Task<TryOutcome> Guess(RunningServer server, SecretKey key, PassphraseUse use, int client) =>
        server.Get<PassphraseTries>().Spend(key.Id, use, $"client {client}", CancellationToken.None);

    private static (int, DateTimeOffset?, bool, int, bool) Shown(Receipt receipt) =>
        (receipt.WrongTries, receipt.LockedUntil, receipt.AnyLocked, receipt.LiftsLeft, receipt.CanLift);

    private static Task<LiftOutcome> Lift(RunningServer server, MetadataKey? key) =>
        server.Get<LiftLock>().Run(key, Verbs.Somebody, CancellationToken.None);
}
