using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Failures: a busy server answers 503 with Retry-After, never 404, and has done nothing.</summary>
public sealed class BusyTests
{
    [Fact]
    public async Task A_full_hashing_queue_answers_503_only_to_requests_that_need_a_hash()
    {
        await using var server = await RunningServer.Start("--Passphrases:Concurrency=1", "--Passphrases:QueueLength=0");
        var (key, metadata) = await server.Share("x", ("passphrase", "long enough"));
        var before = await server.Rows();
        using (await server.HashingSlot())
        {
            await Answers.Busy(server.Post("/api/v1/share", ("secret", "x"), ("passphrase", "long enough")));
            await Answers.Busy(server.Post($"/api/v1/secret/{key}", ("passphrase", "long enough")));
            await Answers.Busy(server.Post($"/api/v1/private/{metadata}/burn", ("passphrase", "long enough")));
            Assert.Equal(before, await server.Rows());
            Assert.Equal("plain", await server.Reveal((await server.Share("plain")).SecretKey));
        }
        Assert.Equal("x", await server.Reveal(key, "long enough"));
    }

    [Fact]
    public async Task A_full_write_queue_answers_503_and_loses_nothing()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=1", "--Storage:BatchSize=1");
        var (key, metadata) = await server.Share("x");
        var (started, free) = (new TaskCompletionSource(), new TaskCompletionSource());
        var queue = server.Get<WriteQueue>();
        var blocking = queue.Run(
            async _ =>
            {
                started.SetResult();
                await free.Task;
                return 0;
            },
            CancellationToken.None);
        await started.Task;
        var waiting = queue.Run(_ => Task.FromResult(0), CancellationToken.None);

        await Answers.Busy(server.Post("/api/v1/share", ("secret", "x")));
        await Answers.Busy(server.Post($"/api/v1/secret/{key}"));
        await Answers.Busy(server.Post($"/api/v1/private/{metadata}/burn"));
        free.SetResult();
        await Task.WhenAll(blocking, waiting);
        Assert.Equal("x", await server.Reveal(key));
    }

    [Fact]
    public async Task A_locked_database_answers_503_and_loses_nothing()
    {
        await using var server = await RunningServer.Start("--Storage:BusySeconds=1");
        var (key, metadata) = await server.Share("x");
        await using (var db = server.Database())
        {
            await db.Database.OpenConnectionAsync();
            await using var lockAll = db.Database.GetDbConnection().CreateCommand();
            lockAll.CommandText = "BEGIN IMMEDIATE";
            await lockAll.ExecuteNonQueryAsync();
            await Answers.Busy(server.Post($"/api/v1/secret/{key}"));
            await Answers.Busy(server.Post("/api/v1/share", ("secret", "x")));
            Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
            lockAll.CommandText = "ROLLBACK";
            await lockAll.ExecuteNonQueryAsync();
        }
        Assert.Equal("x", await server.Reveal(key));
    }
}
