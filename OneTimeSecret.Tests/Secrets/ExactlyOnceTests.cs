using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Browser;

namespace OneTimeSecret.Tests.Secrets;

public sealed class ExactlyOnceTests
{
    [Fact]
    public async Task Exactly_one_of_fifty_parallel_reveals_gets_the_value_for_each_of_500_secrets()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        var shared = await Verbs.AtOnce(500, async i => (Value: $"value {i}", (await server.Share($"value {i}")).SecretKey));
        await Parallel.ForEachAsync(shared, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (secret, _) =>
        {
            var answers = await Verbs.AtOnce(50, _ => server.Reveal(secret.SecretKey));
            Assert.Equal(secret.Value, Assert.Single(answers, answer => answer is not null));
        });
    }

    [Fact]
    public async Task Exactly_one_of_parallel_reveals_with_the_right_passphrase_gets_the_value()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        for (var i = 0; i < 3; i++)
        {
            var (key, metadata) = await server.Conceal($"value {i}", "right");
            var outcomes = await Verbs.AtOnce(12, client => server.TryReveal(key, "right", $"client {client}"));
            Assert.Equal($"value {i}", Assert.Single(outcomes, outcome => outcome is RevealOutcome.Revealed).Value());
            Assert.Equal(ReceiptState.Received, (await server.Receipt(metadata)).State);
        }
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(6, "right")]
    public async Task When_reveal_and_burn_race_exactly_one_wins_and_the_receipt_agrees(int races, string? passphrase)
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        var seen = new List<ReceiptState>();
        for (var i = 0; i < races; i++)
        {
            var (key, metadata) = await server.Conceal("value", passphrase);
            var race = await Verbs.AtOnce(6, async n => (n + i) % 2 == 0
                ? await server.TryReveal(key, passphrase, $"client {n}") is RevealOutcome.Revealed
                    ? ReceiptState.Received : ReceiptState.New
                : await server.TryBurn(metadata, passphrase, $"client {n}") is BurnOutcome.Burned ? ReceiptState.Burned : ReceiptState.New);
            var winner = Assert.Single(race, state => state != ReceiptState.New);
            Assert.Equal(winner, (await server.Receipt(metadata)).State);
            seen.Add(winner);
        }
        Assert.True(passphrase is not null || seen.Distinct().Count() == 2, "one side won every race, so the calls did not race");
    }

    [Fact]
    public async Task Secret_can_be_neither_revealed_nor_burned_from_the_instant_of_its_expiry()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", ttl: 60);
        server.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ReceiptState.New, (await server.Receipt(metadata)).State);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key));
        Assert.IsType<BurnOutcome.Unknown>(await server.TryBurn(metadata));
        Assert.Equal(ReceiptState.Expired, (await server.Receipt(metadata)).State);
    }

    [Theory]
    [InlineData(null, ReceiptState.Received)]
    [InlineData("right", ReceiptState.Received)]
    [InlineData(null, ReceiptState.Burned)]
    [InlineData("right", ReceiptState.Burned)]
    public async Task Secret_restored_from_a_copy_after_a_reveal_or_burn_is_unknown_and_not_changed(string? passphrase, ReceiptState taken)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", passphrase);
        await using var db = server.Database();
        var copy = await db.Secrets.AsNoTracking().SingleAsync();
        if (taken == ReceiptState.Received)
            Assert.NotNull((await server.TryReveal(key, passphrase)).Value());
        else
            Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(metadata, passphrase));
        db.Add(copy);
        await db.SaveChangesAsync();

        foreach (var given in new[] { passphrase, "wrong" })
        {
            Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key, given));
            Assert.IsType<BurnOutcome.Unknown>(await server.TryBurn(metadata, given));
            using var answer = await server.Post($"/api/v1/secret/{key.Text}", ("passphrase", given ?? ""));
            Assert.Equal(404, (int)answer.StatusCode);
        }
        Assert.IsType<ClaimOutcome.Gone>(await server.Claim(key.Id, metadata.Id, ReceiptState.Received));
        Assert.Equal(taken, (await server.Receipt(metadata)).State);
        Assert.Equal(copy.Box, (await db.Secrets.AsNoTracking().SingleAsync()).Box);
        Assert.False(await db.Tries.AnyAsync());
    }

    [Fact]
    public async Task A_secret_whose_receipt_is_missing_is_not_disclosed()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value");
        await using (var db = server.Database())
            await db.Receipts.ExecuteDeleteAsync();
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key));
    }

    [Fact]
    public async Task Secret_key_and_metadata_key_do_not_work_in_place_of_each_other()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(SecretKey.Parse(metadata.Text)!));
        Assert.IsType<BurnOutcome.Unknown>(await server.TryBurn(MetadataKey.Parse(key.Text)!));
        Assert.Equal("value", (await server.TryReveal(key)).Value());
    }
}
