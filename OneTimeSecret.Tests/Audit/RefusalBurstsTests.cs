using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Thousands of refusals fill neither the disk nor the memory.</summary>
public sealed class RefusalBurstsTests
{
    [Fact]
    public async Task A_thousand_refused_requests_are_one_row()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=1");
        await server.Share("value");
        await server.Leaves(
            () => Verbs.AtOnce(20, async _ =>
            {
                for (var i = 0; i < 50; i++)
                {
                    using var answer = await server.Post("/api/v1/share", ("secret", "value"));
                    Assert.Equal(404, (int)answer.StatusCode);
                }
                return 0;
            }),
            Refused(AuditKind.RequestsLimited, "127.0.0.1", 1000));
    }

    [Fact]
    public async Task Clients_of_one_network_beyond_its_places_share_one_row()
    {
        await using var server = await RunningServer.Start();
        var bursts = server.Get<RefusalBursts>();
        var left = await server.Left(() =>
        {
            for (var i = 0; i < 1005; i++)
                bursts.Count(AuditKind.TokenRefused, new Caller($"2001:db8:7:{i:x}::/64"));
            for (var i = 0; i < 256; i++)
                bursts.Count(AuditKind.TokenRefused, new Caller($"192.0.2.{i}"));
            bursts.Count(AuditKind.TokenRefused, new Caller("2001:db8:7:0::/64"));
            bursts.Count(AuditKind.TokenRefused, new Caller("198.51.100.1"));
            return Task.CompletedTask;
        });
        Assert.Equal((2 * (RefusalBursts.MostOfNetwork + 1)) + 1, left.Count);
        Assert.Equal(Refused(AuditKind.TokenRefused, "2001:db8:7:0::/64", 2), left[0]);
        Assert.Contains(Refused(AuditKind.TokenRefused, "2001:db8:7::/48", 1005 - RefusalBursts.MostOfNetwork), left);
        Assert.Contains(Refused(AuditKind.TokenRefused, "192.0.2.0/24", 256 - RefusalBursts.MostOfNetwork), left);
        Assert.Contains(Refused(AuditKind.TokenRefused, "198.51.100.1", 1), left);
    }

    [Fact]
    public async Task Flood_of_one_kind_takes_no_place_of_another()
    {
        await using var server = await RunningServer.Start();
        var (bursts, subject) = (server.Get<RefusalBursts>(), Guid.NewGuid().ToString());
        var left = await server.Left(() =>
        {
            for (var i = 0; i < 60_000; i++)
                bursts.Count(AuditKind.TokenRefused, new Caller($"10.{i / 256}.{i % 256}.1"));
            bursts.Count(AuditKind.SignInRefused, new Caller("10.0.0.1"), subject);
            return Task.CompletedTask;
        });
        Assert.Equal(RefusalBursts.MostOfKind + RefusalBursts.MostNetworks + 2, left.Count);
        Assert.Contains(Refused(AuditKind.SignInRefused, "10.0.0.1", 1) with { Subject = subject }, left);
        Assert.Contains(
            Refused(AuditKind.TokenRefused, null, 60_000 - RefusalBursts.MostOfKind - RefusalBursts.MostNetworks), left);
        await server.Leaves(
            () =>
            {
                bursts.Count(AuditKind.TokenRefused, new Caller("10.200.0.1"));
                return Task.CompletedTask;
            },
            Refused(AuditKind.TokenRefused, "10.200.0.1", 1)); // after a write, counting starts again
    }

    [Fact]
    public async Task Second_write_waits_for_the_first()
    {
        await using var server = await RunningServer.Start();
        var bursts = server.Get<RefusalBursts>();
        await bursts.Write();
        var before = (await server.Trail()).Count;
        bursts.Count(AuditKind.TokenRefused, new Caller("client"));
        Task first, second;
        await using (new WriteLock(server))
        {
            (first, second) = (bursts.Write(), bursts.Write());
            Assert.False(second.IsCompleted);
        }
        await second;
        Assert.Equal(before + 1, (await server.Trail()).Count);
        await first;
    }

    [Fact]
    public async Task Bursts_whose_writing_failed_are_written_the_next_time()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var bursts = server.Get<RefusalBursts>();
        await server.Leaves(
            async () =>
            {
                bursts.Count(AuditKind.TokenRefused, new Caller("a"));
                bursts.Count(AuditKind.TokenRefused, new Caller("b"));
                faults.CommitsFail = true;
                await Assert.ThrowsAsync<SqliteException>(bursts.Write);
                faults.CommitsFail = false;
                bursts.Count(AuditKind.TokenRefused, new Caller("b"));
            },
            Refused(AuditKind.TokenRefused, "a", 1), Refused(AuditKind.TokenRefused, "b", 2));
    }

    private static LeftRow Refused(AuditKind kind, string? client, int count) =>
        new(kind, AuditActor.Anybody, null, client, null, null, AuditResult.Refused, count);
}
