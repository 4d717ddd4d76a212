using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>Limits of one account override those of the settings.</summary>
public sealed class LimitAccountTests
{
    [Fact]
    public async Task Request_limit_applies_to_creating_and_revealing_but_not_to_burning()
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
        await Limit(server, admin, owner.Id, 8, null); // a limit above that of the settings works too
        Assert.Equal(8, await Creates(script));
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await Limit(server, admin, owner.Id, 0, null);
        Assert.Equal(0, await Creates(script));
        Assert.Equal(AdminOutcome.Done, await Limit(server, admin, owner.Id, null, null));
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(5, await Creates(script));
    }

    [Fact]
    public async Task Request_limit_applies_to_pages_too()
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
    public async Task Mail_limit_of_the_account_overrides_the_settings(int? mails, int goes)
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
    public async Task Limits_out_of_range_are_refused()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        foreach (var (requests, mails) in new (int?, int?)[] { (-1, null), (10_000_001, null), (null, -1), (null, 1_000_001) })
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Limit(server, admin, admin.Account!.Id, requests, mails));
        Assert.Equal(AdminOutcome.NotThere, await Limit(server, admin, Guid.NewGuid(), 1, 1));
        Assert.Equal(AdminOutcome.NotThere, await Limit(server, admin, admin.Account!.Id, null, null)); // no change
        Assert.Equal(AdminOutcome.Done, await Limit(
            server, admin, admin.Account.Id, LimitAccount.MostRequests, LimitAccount.MostMails));
    }

    private static Task<AdminOutcome> Limit(RunningServer server, Caller admin, Guid id, int? requests, int? mails) =>
        server.Get<LimitAccount>().Run(admin, id, requests, mails, CancellationToken.None);

    private static Task<int> Creates(HttpClient script) => Count(script, "/api/v1/share", ("secret", "value"));

    /// <summary>How many of ten requests are not rate limited.</summary>
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
