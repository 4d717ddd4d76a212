using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Mail;
using OneTimeSecret.Tests.Receipts;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Limits on the number of mails with links (docs/contract.md, Limits). A refused request creates nothing.</summary>
public sealed class MailLimitTests
{
    [Fact]
    public async Task An_account_sends_five_mails_on_its_first_day_and_fifty_on_others()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var account = await server.SignedIn("sender@example.com");
        for (var i = 0; i < 5; i++)
            await server.Mail(account, $"someone{i}@example.com");
        Assert.Equal(TimeSpan.FromDays(1), Refused(await server.TryMail(account, "another@example.com")));
        Assert.Equal((5, 5, 5), await server.Rows());
        server.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(TimeSpan.FromHours(1), Refused(await server.TryMail(account, "another@example.com")));

        server.Clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 50; i++)
            await server.Mail(account, $"someone{i}@example.com");
        Refused(await server.TryMail(account, "another@example.com"));
    }

    [Fact]
    public async Task An_address_gets_five_mails_a_day_from_all_accounts()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var accounts = new List<SignedIn>();
        for (var i = 0; i < 6; i++)
            accounts.Add(await server.SignedIn($"sender{i}@example.com"));
        foreach (var account in accounts[..5])
            await server.Mail(account, "Popular@example.com");
        Refused(await server.TryMail(accounts[5], "popular@EXAMPLE.com"));
        await server.Mail(accounts[5], "another@example.com");
    }

    [Fact]
    public async Task Tags_of_an_address_share_its_five_mails_a_day_but_not_its_opt_out()
    {
        await using var server = await RunningServer.Start([.. Mails.Settings, "--Limits:MailsOnFirstDay=50"]);
        var account = await server.SignedIn("sender@example.com");
        await server.OptOut("popular+calm@example.com");
        await server.Mail(account, "popular@example.com");
        for (var i = 0; i < 4; i++)
            await server.Mail(account, $"Popular+{i}@example.com");
        Refused(await server.TryMail(account, "popular+5@example.com"));
        Refused(await server.TryMail(account, "popular@example.com"));
        Assert.IsType<ConcealOutcome.RecipientOptedOut>(await server.TryMail(account, "popular+calm@example.com"));
        await server.Mail(account, "pop.ular@example.com");
    }

    [Fact]
    public async Task Burning_a_secret_does_not_reduce_the_number_of_counted_mails()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var account = await server.SignedIn("sender@example.com");
        for (var i = 0; i < 5; i++)
            Assert.IsType<BurnOutcome.Burned>(
                await server.TryBurn(MetadataKey.Parse((await server.Mail(account, $"someone{i}@example.com")).MetadataKey)!));
        Refused(await server.TryMail(account, "another@example.com"));
    }

    [Fact]
    public async Task Concurrent_requests_do_not_exceed_the_mail_limit()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var account = await server.SignedIn("sender@example.com");
        var outcomes = await Verbs.AtOnce(40, i => server.TryMail(account, $"someone{i}@example.com"));
        Assert.Equal(5, outcomes.Count(outcome => outcome is ConcealOutcome.Concealed));
        Assert.Equal((5, 5, 5), await server.Rows());
    }

    [Fact]
    public async Task API_answers_a_mail_limit_like_any_other_limit_and_creates_nothing()
    {
        await using var server = await RunningServer.Start([.. Mails.Settings, "--Limits:MailsOnFirstDay=1"]);
        using var http = await server.Account("sender@example.com");
        (string, string)[] fields = [("secret", "x"), ("recipient", "a@example.com")];
        await Answers.Ok(RunningServer.Post(http, "/api/v1/share", fields));
        using var answer = await RunningServer.Post(http, "/api/v1/share", fields);
        Assert.Equal((404, "429"), ((int)answer.StatusCode, answer.Headers.GetValues("X-OTS-Intended-Status").Single()));
        Assert.Equal(TimeSpan.FromDays(1), answer.Headers.RetryAfter!.Delta);
        Assert.Equal((1, 1, 1), await server.Rows());
    }

    [Fact]
    public async Task Disabled_limits_allow_everything_and_a_limit_of_zero_allows_nothing()
    {
        await using (var server = await RunningServer.Start([.. Mails.Settings, "--Limits:Enabled=false"]))
        {
            var account = await server.SignedIn("sender@example.com");
            for (var i = 0; i < 7; i++)
                await server.Mail(account, "same@example.com");
        }
        await using (var server = await RunningServer.Start([.. Mails.Settings, "--Limits:MailsPerRecipient=0"]))
            Refused(await server.TryMail(await server.SignedIn("sender@example.com"), "same@example.com"));
    }

    [Fact]
    public async Task Recipient_who_opted_out_is_refused_and_nothing_is_created()
    {
        await using var server = await RunningServer.Start([.. Mails.Settings, "--Limits:Enabled=false"]);
        await server.OptOut("calm@example.com");
        using var http = await server.Account("sender@example.com");
        await Answers.Refused(
            RunningServer.Post(http, "/api/v1/share", ("secret", "x"), ("recipient", "Calm@example.com")),
            "Undeliverable email address: calm@example.com");
        Assert.Equal((0, 0, 0), await server.Rows());
    }

    private static TimeSpan Refused(ConcealOutcome outcome) => Assert.IsType<ConcealOutcome.TooManyMails>(outcome).RetryAfter;
}
