using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

public sealed class NothingLostTests
{
    [Fact]
    public async Task Wrong_passphrase_does_not_consume()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", "right");
        Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, null));
        Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, ""));
        Assert.IsType<BurnOutcome.WrongPassphrase>(await server.TryBurn(metadata, "wrong"));
        for (var i = 0; i < 21; i++)
        {
            if (i == 20)
                server.Clock.Advance(TimeSpan.FromMinutes(31));
            Assert.IsType<RevealOutcome.WrongPassphrase>(await server.TryReveal(key, "wrong", $"client {i / 4}"));
        }
        Assert.Equal("value", (await server.TryReveal(key, "right", "client 9")).Value());
    }

    [Fact]
    public async Task Wrong_key_does_not_consume()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("value");
        Assert.Null(await server.Reveal(key[..^1] + (key[^1] == 'a' ? 'b' : 'a')));
        Assert.Null(await server.Reveal(SecretKey.New().Text));
        Assert.Equal("value", await server.Reveal(key));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(17)]
    [InlineData(30)]
    [InlineData(-1)]
    public async Task Secret_whose_box_cannot_be_decrypted_is_not_consumed(int at)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("value");
        var box = await Damage(server, at);
        using (var answer = await server.Post($"/api/v1/secret/{key}"))
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        using (var answer = await server.Post($"/api/v1/private/{metadata}/burn"))
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await using (var db = server.Database())
            await db.Secrets.ExecuteUpdateAsync(set => set.SetProperty(s => s.Box, box));
        Assert.Equal("value", await server.Reveal(key));
    }

    [Fact]
    public async Task A_full_write_queue_refuses_at_once_and_consumes_nothing()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=1");
        var (key, metadata) = await server.Conceal("value");
        var (guarded, _) = await server.Conceal("guarded", "right");
        var (first, second) = (await server.Conceal("in the writer's hand"), await server.Conceal("in the queue"));
        Task<RevealOutcome[]> held;
        await using (new WriteLock(server))
        {
            held = Task.WhenAll([.. await Begin(server, first.Key, 0), .. await Begin(server, second.Key, 1)]);
            await Assert.ThrowsAsync<ServerBusyException>(() => server.TryReveal(key));
            await Assert.ThrowsAsync<ServerBusyException>(() => server.TryReveal(guarded, "right"));
            await Assert.ThrowsAsync<ServerBusyException>(() => server.TryBurn(metadata));
            using var answer = await server.Post("/api/v1/share", ("secret", "one more"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }
        Assert.All(await held, outcome => Assert.IsType<RevealOutcome.Revealed>(outcome));
        Assert.Equal("value", (await server.TryReveal(key)).Value());
        Assert.Equal("guarded", (await server.TryReveal(guarded, "right")).Value());
        await AssertNothingHalfCreated(server);
    }

    [Fact]
    public async Task A_request_cancelled_before_its_claim_consumes_nothing()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        using var cancelled = new CancellationTokenSource();
        await using (new WriteLock(server))
        {
            var first = server.Get<WriteQueue>().Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => server.Get<WriteQueue>().Depth == 0);
            var reveal = server.Get<RevealSecret>().Run(key, null, Verbs.Somebody, cancelled.Token);
            var burn = server.Get<BurnSecret>().Run(metadata, null, Verbs.Somebody, cancelled.Token);
            await Verbs.Until(() => server.Get<WriteQueue>().Depth == 2);
            await cancelled.CancelAsync();
            Assert.False(first.IsCompleted || reveal.IsCompleted || burn.IsCompleted);
        }
        var after = await server.TryReveal(key);
        Assert.Equal("value", after.Value());
    }

    [Fact]
    public async Task A_passphrase_request_cancelled_before_its_claim_gets_its_try_back()
    {
        await using var server = await RunningServer.Start("--Passphrases:BcryptCost=13");
        var (key, _) = await server.Conceal("value", "right");
        using var cancelled = new CancellationTokenSource();
        var reveal = server.Get<RevealSecret>().Run(key, "right", Verbs.Somebody, cancelled.Token);
        await using (var db = server.Database())
            await Verbs.Until(() => db.Tries.Any()); // the try is spent, and the slow hash is being computed
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reveal);
        await AssertNoTries(server);
        Assert.Equal("value", (await server.TryReveal(key, "right")).Value());
    }

    [Theory]
    [InlineData("DELETE FROM \"Secrets\"")]
    [InlineData("UPDATE \"Receipts\"")]
    public async Task Database_error_discloses_and_consumes_nothing(string failing)
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (key, metadata) = await server.Conceal("value");
        var (guarded, _) = await server.Conceal("guarded", "right");
        faults.Failing = failing;
        await Assert.ThrowsAsync<SqliteException>(() => server.TryReveal(key));
        await Assert.ThrowsAsync<SqliteException>(() => server.TryBurn(metadata));
        for (var i = 0; i < 6; i++)
            await Assert.ThrowsAsync<SqliteException>(() => server.TryReveal(guarded, "right"));
        using (var answer = await server.Post($"/api/v1/secret/{key.Text}"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        faults.Failing = null;
        await AssertNoTries(server);
        Assert.Equal("value", (await server.TryReveal(key)).Value());
        Assert.Equal("guarded", (await server.TryReveal(guarded, "right")).Value());
    }

    [Fact]
    public async Task A_failing_commit_discloses_consumes_and_creates_nothing()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (key, metadata) = await server.Conceal("value");
        faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => server.TryReveal(key));
        await Assert.ThrowsAsync<SqliteException>(() => server.TryBurn(metadata));
        await Assert.ThrowsAsync<SqliteException>(() => server.Conceal("more"));
        faults.CommitsFail = false;
        await AssertNothingHalfCreated(server);
        Assert.Equal(ReceiptState.New, (await server.Receipt(metadata)).State);
        Assert.Equal("value", (await server.TryReveal(key)).Value());
    }

    [Theory]
    [InlineData("INSERT INTO \"Secrets\"")]
    [InlineData("INSERT INTO \"Receipts\"")]
    [InlineData("INSERT INTO \"Outbox\"")]
    public async Task A_create_that_fails_midway_leaves_nothing(string failing)
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(
            null, faults.Attach, "--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com");
        using var http = await server.Account("owner@example.com");
        faults.Failing = failing;
        using (var answer = await RunningServer.Post(http, "/api/v1/share", ("secret", "value"), ("recipient", "to@example.com")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        faults.Failing = null;
        await using var db = server.Database();
        Assert.False(await db.Secrets.AnyAsync() || await db.Receipts.AnyAsync() || await db.Outbox.AnyAsync());
    }

    [Fact]
    public async Task Failed_commit_fails_every_reveal_of_its_batch_and_discloses_no_value()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var secrets = await Verbs.AtOnce(20, i => server.Conceal($"value {i}"));
        Task<RevealOutcome>[] reveals;
        await using (new WriteLock(server))
        {
            var queue = server.Get<WriteQueue>();
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            reveals = [.. secrets.Select(secret => server.TryReveal(secret.Key))];
            await Verbs.Until(() => queue.Depth == reveals.Length);
            faults.CommitsFail = true;
            Assert.False(first.IsCompleted);
        }
        foreach (var reveal in reveals)
            await Assert.ThrowsAsync<SqliteException>(() => reveal);
        faults.CommitsFail = false;
        foreach (var (key, _) in secrets)
            Assert.NotNull((await server.TryReveal(key)).Value());
    }

    /// <summary>Starts a reveal that waits for the write lock. After that, <paramref name="depth"/> operations are in the queue.</summary>
    private static async Task<Task<RevealOutcome>[]> Begin(RunningServer server, SecretKey key, int depth)
    {
        var reveal = server.TryReveal(key);
        await Verbs.Until(() => server.Get<WriteQueue>().Depth == depth);
        return [reveal];
    }

    private static async Task<byte[]> Damage(RunningServer server, int at)
    {
        await using var db = server.Database();
        var secret = await db.Secrets.SingleAsync();
        byte[] before = [.. secret.Box];
        byte[] damaged = [.. secret.Box];
        damaged[at < 0 ? ^-at : at] ^= 1;
        secret.Box = damaged;
        await db.SaveChangesAsync();
        return before;
    }

    private static async Task AssertNoTries(RunningServer server)
    {
        await using var db = server.Database();
        Assert.Equal(0, await db.Tries.SumAsync(tries => tries.Count));
        Assert.False(await db.Tries.AnyAsync(tries => tries.LockedUntil != null));
    }

    private static async Task AssertNothingHalfCreated(RunningServer server)
    {
        await using var db = server.Database();
        var (secrets, receipts) = (db.Secrets, db.Receipts);
        Assert.False(await secrets.AnyAsync(s => !receipts.Any(r => r.Id == s.ReceiptId && r.State == ReceiptState.New)));
        Assert.False(await receipts.AnyAsync(r => r.State == ReceiptState.New && !secrets.Any(s => s.ReceiptId == r.Id)));
    }
}
