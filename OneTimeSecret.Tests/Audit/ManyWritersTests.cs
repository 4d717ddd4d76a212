using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Commands;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Any number of servers and verbs hang their rows onto one chain.</summary>
public sealed class ManyWritersTests : IDisposable
{
    private const int Servers = 8;
    private const int Each = 40;
    private const int Accounts = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Servers_on_one_folder_and_verbs_beside_them_write_one_whole_chain()
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
}
