using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Browser;

namespace OneTimeSecret.Tests.Secrets;

public sealed class GuessingTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(100, 20)]
    public async Task A_hundred_parallel_wrong_passphrases_run_no_more_hashes_than_allowed(int clients, int allowed)
    {
        await using var server = await RunningServer.Start("--Passphrases:QueueLength=200", "--Passphrases:Concurrency=8");
        var (key, metadata) = await server.Conceal("value", "right");
        using var count = new HashCount();
        var outcomes = await Verbs.AtOnce(100, i => server.TryReveal(key, "wrong", $"client {i % clients}"));
        Assert.Equal(allowed, count.Hashes);
        Assert.Equal(allowed, outcomes.Count(outcome => outcome is RevealOutcome.WrongPassphrase));
        Assert.All(outcomes, outcome => Assert.True(outcome is RevealOutcome.WrongPassphrase or RevealOutcome.Locked));
        Assert.Equal(allowed, (await server.Receipt(metadata)).WrongTries);
    }

    [Fact]
    public async Task Guesses_that_find_the_gate_full_cost_neither_hash_nor_try()
    {
        await using var server = await RunningServer.Start("--Passphrases:QueueLength=0", "--Passphrases:Concurrency=1");
        var (key, metadata) = await server.Conceal("value", "right");
        using var count = new HashCount();
        var refused = 0;
        await Verbs.AtOnce(20, async i =>
        {
            try
            {
                return await server.TryReveal(key, "wrong", $"client {i}");
            }
            catch (ServerBusyException)
            {
                Interlocked.Increment(ref refused);
                return null;
            }
        });
        Assert.True(refused > 0);
        Assert.Equal(20 - refused, count.Hashes);
        Assert.Equal(20 - refused, (await server.Receipt(metadata)).WrongTries);
    }

    [Fact]
    public async Task An_empty_passphrase_costs_nothing()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value", "right");
        using var count = new HashCount();
        for (var i = 0; i < 30; i++)
            Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, i % 2 == 0 ? null : ""));
        Assert.Equal(0, count.Hashes);
        Assert.Equal("value", (await server.TryReveal(key, "right")).Value());
    }

    /// <summary>The best a guesser can do without being locked by name: as many clients as he likes, all the time of a long life.</summary>
    [Fact]
    public async Task Thirty_days_of_guessing_run_at_most_a_hundred_hashes()
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
                    // Nobody knows better when to come back than who is told; a lock without end is asked every day.
                    var wait = until - server.Clock.GetUtcNow();
                    server.Clock.Advance(wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait);
                    break;
                default:
                    Assert.Fail("the secret went");
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

    [Fact]
    public async Task A_guess_whose_secret_goes_meanwhile_runs_no_hash()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.TryReveal(key, "right");
        using var count = new HashCount();
        Assert.IsType<TryOutcome.Gone>(
            await server.Get<PassphraseTries>().Spend(key.Id, PassphraseUse.Reveal, "a", CancellationToken.None));
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key, "right"));
        Assert.IsType<BurnOutcome.Unknown>(await server.TryBurn(metadata, "right"));
        Assert.Equal(0, count.Hashes);
        await using var db = server.Database();
        Assert.False(await db.Tries.AnyAsync());
    }
}
