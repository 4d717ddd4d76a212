using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;
using OneTimeSecret.Tests.Browser;

namespace OneTimeSecret.Tests.Secrets;

public sealed class PassphraseCheckTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(100, 20)]
    public async Task A_hundred_parallel_wrong_passphrases_run_no_more_hashes_than_allowed(int clients, int allowed)
    {
        await using var server = await RunningServer.Start(
            "--Passphrases:Concurrency=8", "--Passphrases:QueueLength=200", "--Passphrases:QueuePerClient=200",
            "--Passphrases:QueuePerNetwork=200");
        var (key, metadata) = await server.Conceal("value", "right");
        using var count = new HashCount();
        var outcomes = await Verbs.AtOnce(100, i => server.TryReveal(key, "wrong", $"client {i % clients}"));
        Assert.Equal(allowed, count.Hashes);
        Assert.Equal(allowed, outcomes.Count(outcome => outcome is RevealOutcome.WrongPassphrase));
        Assert.All(outcomes, outcome => Assert.True(outcome is RevealOutcome.WrongPassphrase or RevealOutcome.Locked));
        Assert.Equal(allowed, (await server.Receipt(metadata)).WrongTries);
    }

    [Fact]
    public async Task Guesses_refused_by_a_full_hashing_queue_use_neither_a_hash_nor_a_try()
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
    public async Task Empty_passphrase_uses_neither_a_hash_nor_a_try()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value", "right");
        using var count = new HashCount();
        for (var i = 0; i < 30; i++)
            Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, i % 2 == 0 ? null : ""));
        Assert.Equal(0, count.Hashes);
        Assert.Equal("value", (await server.TryReveal(key, "right")).Value());
    }

    [Fact]
    public async Task Guess_for_a_secret_that_is_gone_uses_neither_a_hash_nor_a_try()
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

    [Fact]
    public async Task Right_passphrase_uses_no_try_if_the_box_cannot_be_decrypted()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        await server.Spend(key, 19);
        await using (var db = server.Database())
        {
            // The inner box is damaged. The outer box opens and the passphrase is right, but the value cannot be decrypted.
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
}
