using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clients;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Storage;
using Act = OneTimeSecret.Core.Audit.Act;

namespace OneTimeSecret.Tests.Audit;

/// <summary>However many refusals there are, they fill neither the trail nor the memory.</summary>
public sealed class RefusalBurstsTests
{
    [Fact]
    public async Task A_thousand_requests_too_many_are_one_row()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=1");
        await server.Share("value");
        var left = await server.Leaves(async () =>
        {
            for (var i = 0; i < 1000; i++)
                (await server.Post("/api/v1/share", ("secret", "value"))).Dispose();
        });
        Assert.Equal(Refused(AuditKind.RequestsLimited, "127.0.0.1") with { Count = 1000 }, left);
    }

    [Fact]
    public async Task A_thousand_wrong_passphrases_are_one_row_for_each_client()
    {
        await using var server = await RunningServer.Start("--Passphrases:BcryptCost=10");
        var (key, metadata) = await server.Conceal("value", "passphrase");
        var left = await server.LeavesAll(async () =>
        {
            for (var i = 0; i < 1000; i++)
                await server.TryReveal(key, "wrong");
            await server.TryReveal(key, "wrong", "203.0.113.9");
        });
        var refused = Refused(AuditKind.PassphraseRefused, "192.0.2.1") with { Subject = StoredReceipt.ShortId(metadata.Id) };
        Assert.Equal([refused with { Client = "203.0.113.9" }, refused with { Count = 1000 }], left.OrderBy(act => act.Count));
    }

    [Fact]
    public async Task Requests_of_a_blocked_network_are_one_row()
    {
        await using var server = await RunningServer.Start();
        await server.Get<BlockNetwork>().Run(await server.AddAdmin(), "127.0.0.0/8", "abuse", null, CancellationToken.None);
        var left = await server.Leaves(async () =>
        {
            for (var i = 0; i < 5; i++)
                (await server.Http.GetAsync(new Uri(i == 0 ? "/" : "/api/v1/status", UriKind.Relative))).Dispose();
        });
        Assert.Equal(Refused(AuditKind.RequestsBlocked, "127.0.0.1") with { Count = 5 }, left);
    }

    [Fact]
    public async Task Bursts_are_told_apart_up_to_a_bound_and_none_is_lost_beyond_it()
    {
        await using var server = await RunningServer.Start();
        var left = await server.LeavesAll(() =>
        {
            for (var i = 0; i < RefusalBursts.MostBursts + 500; i++)
                server.Get<RefusalBursts>().Note(AuditKind.RequestsLimited, new Caller($"192.0.2.{i}"));
            server.Get<RefusalBursts>().Note(AuditKind.RequestsLimited, new Caller("192.0.2.1")); // one that has its own place
            return Task.CompletedTask;
        });
        Assert.Equal(RefusalBursts.MostBursts + 1, left.Count);
        Assert.Equal(500, left.Single(act => act.Client is null).Count);
        Assert.Equal(2, left.Single(act => act.Client is "192.0.2.1").Count);
    }

    [Fact]
    public async Task A_new_burst_begins_with_each_writing()
    {
        await using var server = await RunningServer.Start();
        foreach (var times in new[] { 3, 1 })
        {
            var left = await server.Leaves(() =>
            {
                for (var i = 0; i < times; i++)
                    server.Get<RefusalBursts>().Note(AuditKind.TokenRefused, Verbs.Somebody);
                return Task.CompletedTask;
            });
            Assert.Equal(times, left.Count);
        }
    }

    [Fact]
    public async Task Bursts_that_could_not_be_written_are_counted_on()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var bursts = server.Get<RefusalBursts>();
        var left = await server.Leaves(async () =>
        {
            bursts.Note(AuditKind.TokenRefused, Verbs.Somebody);
            faults.CommitsFail = true;
            await Assert.ThrowsAsync<SqliteException>(bursts.Write);
            faults.CommitsFail = false;
            bursts.Note(AuditKind.TokenRefused, Verbs.Somebody);
        });
        Assert.Equal(Refused(AuditKind.TokenRefused, Verbs.Somebody.Client) with { Count = 2 }, left);
    }

    private static Act Refused(AuditKind kind, string client) =>
        new(kind, AuditActor.Anybody, null, client) { Result = AuditResult.Refused };
}
