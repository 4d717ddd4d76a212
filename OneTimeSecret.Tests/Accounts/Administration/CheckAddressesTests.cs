using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>A start of the server says which accounts have addresses that are refused today.</summary>
public sealed class CheckAddressesTests
{
    [Fact]
    public async Task Account_with_a_refused_address_is_named_by_its_id_and_gets_a_key_of_its_own()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var (good, eve) = (await server.AddAccount("m\u00fcller@example.com"), await server.AddOldAccount("\u017fusi@example.com"));
        await Check(server);
        var warning = Assert.Single(log.Lines, line => line.StartsWith("Warning OneTimeSecret", StringComparison.Ordinal));
        Assert.Contains(
            $"1 accounts have an address that is refused today, because it can be mistaken for another one: {eve.Id}.", warning,
            StringComparison.Ordinal);
        Assert.DoesNotContain("@example.com", warning, StringComparison.Ordinal);
        var stored = await server.Stored(eve.Id);
        Assert.Equal((eve.Email, eve.Email, eve.Email), (stored.Email, stored.NormalizedEmail, stored.NormalizedUserName));
        Assert.Equal("M\u00dcLLER@EXAMPLE.COM", (await server.Stored(good.Id)).NormalizedEmail);

        var susi = await server.AddAccount("susi@example.com");
        await Check(server);
        Assert.Equal("SUSI@EXAMPLE.COM", (await server.Stored(susi.Id)).NormalizedEmail);
        Assert.Equal(eve.Email, (await server.Stored(eve.Id)).NormalizedEmail);
        var page = await server.Get<BrowseAccounts>().Run(null, null, CancellationToken.None);
        Assert.Equal([good.Id, susi.Id, eve.Id], page.Items.Select(account => account.Id));
        page = await server.Get<BrowseAccounts>().Run("\u017fus", null, CancellationToken.None);
        Assert.Equal(eve.Id, Assert.Single(page.Items).Id);
    }

    [Fact]
    public async Task Accounts_with_the_same_address_are_named_and_not_changed()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var (one, two) = (await server.AddAccount("one@example.com"), await server.AddAccount("two@example.com"));
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == two.Id).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Email, one.Email).SetProperty(a => a.NormalizedEmail, one.NormalizedEmail));
        await Check(server);
        var warning = Assert.Single(log.Lines, line => line.StartsWith("Warning OneTimeSecret", StringComparison.Ordinal));
        Assert.Contains("2 accounts have an address that another account has too", warning, StringComparison.Ordinal);
        Assert.All([one.Id, two.Id], id => Assert.Contains($"{id}", warning, StringComparison.Ordinal));
        Assert.Equal("TWO@EXAMPLE.COM", (await server.Stored(two.Id)).NormalizedUserName);
    }

    [Fact]
    public async Task Key_that_another_account_has_is_not_taken_from_it()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var (one, two) = (await server.AddAccount("one@example.com"), await server.AddAccount("two@example.com"));
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == two.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Email, one.Email));
        await Check(server);
        Assert.Equal("TWO@EXAMPLE.COM", (await server.Stored(two.Id)).NormalizedEmail);
        Assert.Contains(log.Lines, line => line.Contains($"another account has too: {two.Id}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fault_of_the_database_is_logged_and_does_not_stop_the_start()
    {
        var faults = new EngineFaults();
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(
            null, builder => { faults.Attach(builder); log.Attach(builder); });
        var eve = await server.AddOldAccount("\u017fusi@example.com");
        faults.Failing = "UPDATE \"AspNetUsers\"";
        await Check(server);
        Assert.Contains(log.Lines, line => line.Contains("The addresses of accounts were not checked", StringComparison.Ordinal));
        Assert.Equal("SUSI@EXAMPLE.COM", (await server.Stored(eve.Id)).NormalizedEmail);
    }

    [Fact]
    public async Task A_start_of_the_server_checks_the_addresses_and_serves()
    {
        using var folder = new TemporaryFolder();
        await folder.Make();
        Guid eve;
        await using (var server = await RunningServer.Start(folder.Data, adjust: null))
            eve = (await server.AddOldAccount("\u017fusi@example.com")).Id;
        await using var served = await folder.Serve();
        Assert.Contains($"{eve}", await served.Says("refused today"), StringComparison.Ordinal);
        Assert.Equal("susi@example.com", (await folder.Run("account", "add", "susi@example.com")).Result);
    }

    private static Task Check(RunningServer server) => server.Get<CheckAddresses>().Run(CancellationToken.None);
}
