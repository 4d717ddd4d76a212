using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Administrators allow mails again to an address that had opted out.</summary>
public sealed class AllowMailTests
{
    [Fact]
    public async Task Allowed_address_gets_mails_again_and_other_addresses_stay_opted_out()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var admin = await server.AddAdmin();
        var sender = await server.SignedIn("sender@example.com");
        await server.OptOut("friend@example.com");
        await server.OptOut("other@example.com");
        Assert.IsNotType<Core.Secrets.ConcealOutcome.Concealed>(await server.TryMail(sender, "friend@example.com"));
        Assert.Equal(2, (await List(server)).Count);

        Assert.Equal(AdminOutcome.Done, await Allow(server, admin, " Friend@Example.com"));
        await server.Mail(sender, "friend@example.com");
        Assert.Equal(1, (await List(server)).Count);
        Assert.IsNotType<Core.Secrets.ConcealOutcome.Concealed>(await server.TryMail(sender, "other@example.com"));
        Assert.Equal(AdminOutcome.NotThere, await Allow(server, admin, "friend@example.com"));
        Assert.Equal(AdminOutcome.NotThere, await Allow(server, admin, "no address"));
        Assert.Equal(AdminOutcome.NotAdministrator, await Allow(server, Verbs.Somebody with { Account = sender }, "other@example.com"));
    }

    private static Task<OptOutList> List(RunningServer server) => server.Get<BrowseOptOuts>().Run(CancellationToken.None);

    private static Task<AdminOutcome> Allow(RunningServer server, Caller admin, string address) =>
        server.Get<AllowMail>().Run(admin, address, CancellationToken.None);
}
