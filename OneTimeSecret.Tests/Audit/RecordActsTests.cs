using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Commands;

namespace OneTimeSecret.Tests.Audit;

/// <summary>The acts of a transaction are written at its end, into one chain for any number of servers and commands.</summary>
public sealed class RecordActsTests : IDisposable
{
    private const int Servers = 8;
    private const int Each = 40;
    private const int Accounts = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_servers_on_one_folder_write_one_valid_chain()
    {
        var servers = new List<RunningServer>();
        try
        {
            for (var i = 0; i < Servers; i++)
                servers.Add(await RunningServer.Start(_folder.Data, adjust: null));
            var concealing = servers.Select(server => Verbs.AtOnce(Each, i => server.Conceal($"value {i}"))).ToArray();
            var verbs = Verbs.AtOnce(Accounts, async i =>
            {
                var (email, server) = ($"somebody{i}@example.com", servers[i]);
                await server.AddAccount(email);
                await server.Get<AddToken>().Run(email, "test", TokenScopes.All, null, CancellationToken.None);
                await server.With<GrantAdmin, (int, int)>(grant => grant.Run(email, CancellationToken.None));
                return i;
            });
            await Task.WhenAll(concealing);
            await verbs;

            var trail = await servers[0].Trail();
            Assert.Equal(Servers * Each, trail.Count(row => row.Kind == AuditKind.SecretCreated));
            foreach (var kind in (AuditKind[])[AuditKind.AccountAdded, AuditKind.TokenMade, AuditKind.AdminGranted])
                Assert.Equal(Accounts, trail.Count(row => row.Kind == kind));
            Assert.Equal(Enumerable.Range(1, (Servers * Each) + (3 * Accounts)).Select(i => (long)i), trail.Select(row => row.Sequence));
            Assert.Equal(trail.Count, trail.Select(row => (row.Kind, row.Subject)).Distinct().Count());
            foreach (var server in servers)
                Assert.Null((await server.VerifyAudit()).At);
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
        await using var last = await RunningServer.Start(_folder.Data, adjust: null);
        var report = await last.VerifyAudit();
        Assert.Equal((null, (Servers * Each) + (3 * Accounts)), (report.Flaw, report.Verified));
    }

    [Fact]
    public async Task Disabled_trail_stays_empty_and_statistics_are_still_counted()
    {
        await using var server = await RunningServer.Start("--Audit:Enabled=false");
        var (key, _) = await server.Conceal("value");
        await server.TryReveal(key);
        Assert.Empty(await server.Trail());
        Assert.Equal((1, 1), ((await Overview(server)).Days[^1].Created, (await Overview(server)).Days[^1].Revealed));
    }

    [Fact]
    public async Task Acts_of_one_transaction_are_chained_in_their_order_and_its_tallies_become_one_row()
    {
        await using var server = await RunningServer.Start();
        var early = server.Clock.GetUtcNow().AddMinutes(-5);
        await server.Get<WriteTransaction>().Run(
            db =>
            {
                db.Note(Core.Audit.Act.OfServer(AuditKind.JobStarted) with { Subject = "first", Time = early });
                db.Note(Core.Audit.Act.OfServer(AuditKind.BannerSet) with { Subject = "second" });
                db.Count(new Tally(Created: 2, Secrets: 1));
                db.Count(new Tally(Created: 3, Secrets: -1));
                return Task.FromResult(0);
            },
            CancellationToken.None);
        var trail = await server.Trail();
        Assert.Equal("first second", string.Join(' ', trail.Select(row => row.Subject)));
        Assert.Equal([1, 2], trail.Select(row => row.Sequence));
        Assert.Equal(early, trail[0].Time, TimeSpan.FromMilliseconds(1));
        Assert.Equal(server.Clock.GetUtcNow(), trail[1].Time, TimeSpan.FromMilliseconds(1));
        Assert.Equal((null, 2), ((await server.VerifyAudit()).Flaw, (await server.VerifyAudit()).Verified));
        await using var db = server.Database();
        var day = await db.DayCounts.AsNoTracking().SingleAsync();
        Assert.Equal((5, 0), (day.Created, day.Secrets));
    }

    private static Task<Overview> Overview(RunningServer server) => server.Get<ReadOverview>().Run(CancellationToken.None);
}
