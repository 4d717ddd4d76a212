using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>What one client may keep stored without an account: here a megabyte for a day, which is 90 secrets of 10 kB.</summary>
public sealed class StorageBudgetTests
{
    private const int Day = 86_400;
    private const int Large = 10_000;
    private const int Fitting = 90;

    [Fact]
    public async Task One_client_stores_so_many_bytes_times_days_and_others_are_not_affected()
    {
        await using var server = await RunningServer.Start("--Limits:MegabyteDays=1", "--Limits:NetworkFactor=2");
        Assert.Equal(Fitting, await Fill(server, "192.0.2.1", Day));
        Assert.Equal((Fitting * 2) + 1, await Fill(server, "192.0.2.2", Day / 2)); // a shorter life takes less
        Assert.Equal(Fitting, await Fill(server, "2001:db8::/64", Day));
        Assert.Equal(Fitting, await Fill(server, "2001:db8:0:1::/64", Day));
        Assert.Equal(1, await Fill(server, "2001:db8:0:2::/64", Day)); // then the /48 has used its budget
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Fitting, await Fill(server, "192.0.2.1", Day));
    }

    [Fact]
    public async Task A_client_over_its_budget_gets_429_on_the_API_and_in_the_form()
    {
        await using var server = await RunningServer.Start("--Limits:MegabyteDays=1");
        await Fill(server, "127.0.0.1", Day);
        using var answer = await server.Post("/api/v1/share", ("secret", new string('x', Large)), ("ttl", $"{Day}"));
        Assert.Equal("429", Assert.Single(answer.Headers.GetValues("X-OTS-Intended-Status")));
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        using var reader = await new Components.Reader(server).Open("/");
        await reader.Send(("Input.Secret", new string('x', Large)));
        Assert.Equal((429, Large), (reader.Status, reader.Value("#secret").Length));
        await server.Get<RefusalBursts>().Write();
        await using var db = server.Database();
        Assert.Equal(1 + 2, db.AuditEvents.Where(e => e.Kind == AuditKind.RequestsLimited).Sum(e => e.Count)); // the first one ended Fill
    }

    [Fact]
    public async Task Secrets_that_were_not_stored_do_not_count()
    {
        await using var server = await RunningServer.Start("--Limits:MegabyteDays=1");
        var (room, free) = (server.Get<StorageRoom>(), server.Get<StorageRoom>().Free);
        room.Free = () => 0;
        for (var i = 0; i < 2 * Fitting; i++)
            Assert.IsType<ConcealOutcome.NoRoom>(await Store(server, "192.0.2.1", Day));
        room.Free = free;
        Assert.Equal(Fitting, await Fill(server, "192.0.2.1", Day));
    }

    [Fact]
    public async Task Accounts_have_no_budget_and_neither_has_a_server_without_limits()
    {
        await using var server = await RunningServer.Start("--Limits:MegabyteDays=1");
        var account = await server.SignedIn("a@example.com");
        for (var i = 0; i <= Fitting; i++)
            Assert.IsType<ConcealOutcome.Concealed>(await Store(server, "192.0.2.1", Day, account));
        await using var free = await RunningServer.Start("--Limits:MegabyteDays=1", "--Limits:Enabled=false");
        for (var i = 0; i <= Fitting; i++)
            Assert.IsType<ConcealOutcome.Concealed>(await Store(free, "192.0.2.1", Day));
    }

    /// <summary>How many secrets the client could still store.</summary>
    private static async Task<int> Fill(RunningServer server, string client, int ttl)
    {
        var stored = 0;
        while (await Store(server, client, ttl) is ConcealOutcome.Concealed)
            stored++;
        return stored;
    }

    private static Task<ConcealOutcome> Store(RunningServer server, string client, int ttl, SignedIn? account = null) =>
        server.Get<ConcealSecret>().Run(
            new byte[Large], new SecretDraft(null, ttl), new Caller(client, account), CancellationToken.None);
}
