using System.Collections.Concurrent;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Commands;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Any number of servers and verbs write one database: they hang their rows onto one chain.</summary>
public sealed class SharedTrailTests : IDisposable
{
    private const int Servers = 8;
    private const int Each = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eight_servers_and_verbs_beside_them_keep_one_chain_that_holds_every_act()
    {
        Directory.CreateDirectory(_folder.Data);
        var servers = new List<RunningServer>();
        try
        {
            for (var i = 0; i < Servers; i++)
                servers.Add(await RunningServer.Start(_folder.Data, adjust: null, "--Limits:Enabled=false"));
            var created = new ConcurrentBag<string>();
            var verbs = Task.WhenAll(Enumerable.Range(0, 2).Select(async i =>
                Assert.Equal(0, (await _folder.Run("account", "add", $"verb{i}@example.com")).Code)));
            await Task.WhenAll(servers.Select((server, i) => Task.Run(() => Work(server, i, created))));
            await verbs;

            var trail = await servers[0].Trail();
            Assert.Equal(Enumerable.Range(1, trail.Count).Select(i => (long)i), trail.Select(row => row.Sequence));
            Assert.Equal(
                created.Order(StringComparer.Ordinal),
                trail.Where(row => row.Kind == AuditKind.SecretCreated).Select(row => row.Subject!).Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
            Assert.Equal(Servers * Each, created.Count);
            Assert.Equal(Servers * Each / 2, trail.Count(row => row.Kind == AuditKind.SecretRevealed));
            Assert.Equal(Servers + 2, trail.Count(row => row.Kind == AuditKind.AccountAdded));
            Assert.True(await servers[1].WriteHead());
            foreach (var server in servers)
                Assert.Equal((null, null), await server.Flaw());
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    /// <summary>Conceals four at a time, reveals every second, and has a verb of the operator in the middle.</summary>
    private static async Task Work(RunningServer server, int number, ConcurrentBag<string> created)
    {
        for (var done = 0; done < Each; done += 4)
        {
            await Verbs.AtOnce(4, async i =>
            {
                var (key, metadata) = await server.Conceal("value");
                created.Add(StoredReceipt.ShortId(metadata.Id));
                return i % 2 == 0 ? null : (await server.TryReveal(key)).Value();
            });
            if (done == Each / 2)
                await server.AddAccount($"owner{number}@example.com");
        }
    }
}
