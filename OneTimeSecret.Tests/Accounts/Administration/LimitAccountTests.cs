using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>Limits of one account, in the place of those of the settings.</summary>
public sealed class LimitAccountTests
{
    [Fact]
    public async Task An_account_creates_and_reveals_as_much_as_it_may_and_burns_all_of_it()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=5", "--Limits:Reveals=5", "--Limits:AccountFactor=1");
        var admin = await server.AddAdmin();
        using var script = await server.Account(People.Email);
        using var other = await server.Account("other@example.com");
        var owner = await server.StoredOwner();
        Assert.Equal(AdminOutcome.Done, await Limit(server, admin, owner.Id, 2, null));
        Assert.Equal((2, 5), (await Creates(script), await Creates(other)));
        Assert.Equal(2, await Count(script, "/api/v1/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
        Assert.Equal(5, await Count(script, "/api/v1/private/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/burn"));

        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await Limit(server, admin, owner.Id, 8, null); // higher than the settings, too
        Assert.Equal(8, await Creates(script));
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await Limit(server, admin, owner.Id, 0, null);
        Assert.Equal(0, await Creates(script));
        Assert.Equal(AdminOutcome.Done, await Limit(server, admin, owner.Id, null, null));
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(5, await Creates(script));
    }

    [Fact]
    public async Task A_page_holds_to_it_as_the_API_does()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var owner = await server.AddAccount();
        using var reader = await server.SignIn();
        await Limit(server, admin, owner.Id, 1, null);
        foreach (var status in new[] { 200, 429 })
        {
            await reader.Open("/");
            await reader.Send(("Input.Secret", "value"));
            Assert.Equal(status, reader.Status);
        }
    }

    [Theory, InlineData(2, 2), InlineData(0, 0), InlineData(7, 7), InlineData(null, 5)]
    public async Task An_account_mails_as_often_as_it_may(int? mails, int goes)
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var admin = await server.AddAdmin();
        var sender = await server.SignedIn("sender@example.com");
        await Limit(server, admin, sender.Id, null, mails);
        var sent = 0;
        while (await server.TryMail(sender, $"someone{sent}@example.com") is ConcealOutcome.Concealed)
            sent++;
        Assert.Equal(goes, sent);
    }

    [Fact]
    public async Task Limits_stay_within_their_range()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        foreach (var (requests, mails) in new (int?, int?)[] { (-1, null), (10_000_001, null), (null, -1), (null, 1_000_001) })
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Limit(server, admin, admin.Account!.Id, requests, mails));
        Assert.Equal(AdminOutcome.NotThere, await Limit(server, admin, Guid.NewGuid(), 1, 1));
        Assert.Equal(AdminOutcome.NotThere, await Limit(server, admin, admin.Account!.Id, null, null)); // it is so already
        Assert.Equal(AdminOutcome.Done, await Limit(
            server, admin, admin.Account.Id, LimitAccount.MostRequests, LimitAccount.MostMails));
    }

    private static Task<AdminOutcome> Limit(RunningServer server, Caller admin, Guid id, int? requests, int? mails) =>
        server.Get<LimitAccount>().Run(admin, id, requests, mails, CancellationToken.None);

    private static Task<int> Creates(HttpClient script) => Count(script, "/api/v1/share", ("secret", "value"));

    /// <summary>How many of ten requests are taken.</summary>
    private static async Task<int> Count(HttpClient script, string path, params (string, string)[] fields)
    {
        var taken = 0;
        for (var i = 0; i < 10; i++)
        {
            using var answer = await RunningServer.Post(script, path, fields);
            taken += answer.Headers.TryGetValues("X-OTS-Intended-Status", out var intended) && intended.Single() is "429" ? 0 : 1;
        }
        return taken;
    }
}
