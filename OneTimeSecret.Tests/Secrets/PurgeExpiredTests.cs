using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

public sealed class PurgeExpiredTests
{
    [Fact]
    public async Task Purge_deletes_only_expired_rows_and_receipts_live_twice_as_long_as_secrets()
    {
        await using var server = await RunningServer.Start();
        var (shortKey, shortReceipt) = await server.Conceal("short", ttl: 60);
        var (longKey, longReceipt) = await server.Conceal("long", ttl: 3600);

        server.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((0, 0), await Purge(server));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), await Purge(server));
        Assert.Equal((0, 0), await Purge(server));
        Assert.Null((await server.TryReveal(shortKey)).Value());
        Assert.Equal(ReceiptState.Expired, (await server.Receipt(shortReceipt)).State);
        Assert.Equal(ReceiptState.New, (await server.Receipt(longReceipt)).State);
        await using (var db = server.Database())
        {
            Assert.Null((await db.Receipts.AsNoTracking().SingleAsync(r => r.Id == shortReceipt.Id)).SealedSecretKey);
            Assert.NotNull((await db.Receipts.AsNoTracking().SingleAsync(r => r.Id == longReceipt.Id)).SealedSecretKey);
        }

        server.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((0, 0), await Purge(server));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 1), await Purge(server));
        Assert.Null(await server.Get<FindReceipt>().Run(shortReceipt, CancellationToken.None));
        Assert.Equal("long", (await server.TryReveal(longKey)).Value());
    }

    [Fact]
    public async Task Receipts_of_revealed_and_burned_secrets_keep_their_state_until_they_are_purged()
    {
        await using var server = await RunningServer.Start();
        var revealed = await server.Conceal("revealed", ttl: 60);
        var burned = await server.Conceal("burned", ttl: 60);
        await server.TryReveal(revealed.Key);
        await server.TryBurn(burned.Metadata);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((0, 0), await Purge(server));
        Assert.Equal(ReceiptState.Received, (await server.Receipt(revealed.Metadata)).State);
        Assert.Equal(ReceiptState.Burned, (await server.Receipt(burned.Metadata)).State);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((0, 2), await Purge(server));
    }

    [Fact]
    public async Task Purge_deletes_tries_and_mails_together_with_the_expired_secret()
    {
        await using var server = await RunningServer.Start(
            "--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com");
        using var http = await server.Account("owner@example.com");
        (string, string)[] fields = [("secret", "value"), ("passphrase", "right"), ("recipient", "to@example.com"), ("ttl", "60")];
        var receipt = await RunningServer.Json(await RunningServer.Post(http, "/api/v1/share", fields));
        Assert.Null(await server.Reveal((string)receipt["secret_key"]!, "wrong"));
        await using var db = server.Database();
        Assert.Equal((2, 1), (await db.Tries.CountAsync(), await db.Outbox.CountAsync()));
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((1, 0), await Purge(server));
        Assert.Equal((0, 0), (await db.Tries.CountAsync(), await db.Outbox.CountAsync()));
    }

    [Fact]
    public async Task Purge_deletes_many_secrets_in_several_transactions()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach, "--Storage:QueueLength=2000");
        await Verbs.AtOnce(1100, _ => server.Conceal("value", ttl: 60));
        var (key, _) = await server.Conceal("stays", ttl: 600);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        var before = faults.Commits;
        Assert.Equal((1100, 0), await Purge(server));
        Assert.True(faults.Commits - before >= 5, $"{faults.Commits - before} commits");
        Assert.Equal("stays", (await server.TryReveal(key)).Value());
    }

    private static async Task<(int Secrets, int Receipts)> Purge(RunningServer server)
    {
        var (secrets, receipts) = await server.Get<PurgeExpired>().Run(CancellationToken.None);
        return (secrets, receipts);
    }
}
