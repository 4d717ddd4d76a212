using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>How many links about accounts may be requested, and how many are mailed.</summary>
public sealed class MailedLinksTests(MailingServer shared) : IClassFixture<MailingServer>, IAsyncLifetime
{
    private const string Client = "192.0.2.7";

    private RunningServer Server => shared.Server;

    /// <summary>Every test begins with new windows.</summary>
    public ValueTask InitializeAsync()
    {
        Server.Clock.Advance(TimeSpan.FromHours(1));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Address_changes_that_name_somebody_leave_them_the_mail_for_a_new_password()
    {
        var victim = await Server.AddAccount("victim@example.com");
        var eve = await Server.AddAccount("eve@example.com");
        for (var i = 0; i < 5; i++)
            Assert.IsType<AddressOutcome.Sent>(await Change(eve, victim.Email!));
        Assert.Equal(LinkLimit.Address, Assert.IsType<AddressOutcome.TooMany>(await Change(eve, victim.Email!)).Refusal.Limit);
        Assert.IsType<ForgetOutcome.Sent>(await Forget(victim.Email!));
        Assert.Equal([PasswordLinkReason.Asked], await Reasons(victim.Email!));
    }

    [Fact]
    public async Task Strangers_use_up_neither_the_verification_of_an_own_address_nor_the_password_link_of_a_known_browser()
    {
        var owner = await Server.AddAccount("known@example.com");
        var device = await Server.Device(owner.Id);
        for (var i = 0; i < 12; i++)
            await Forget(owner.Email!, $"198.51.100.{i}");
        Assert.Equal(10, (await Reasons(owner.Email!)).Count);
        Assert.IsType<ForgetOutcome.Sent>(await Forget(owner.Email!, "198.51.100.1", device));
        Assert.Equal(11, (await Reasons(owner.Email!)).Count);

        for (var i = 0; i < 12; i++)
            await Change(await Server.AddAccount($"eve{i}@example.com"), owner.Email!);
        Assert.IsType<AddressOutcome.Sent>(await Change(owner, owner.Email!));
        Assert.Single(await Server.Letters<AddressLinkMail>(), mail => string.Equals(mail.To, owner.Email, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mailbox_gets_at_most_ten_mails_for_sign_up_whatever_tags_and_clients_are_used()
    {
        var one = new List<SignUpOutcome>();
        for (var i = 0; i < 120; i++)
            one.Add(await SignUp($"box+{i}@example.com"));
        Assert.Equal(5, one.OfType<SignUpOutcome.Sent>().Count());
        Assert.All(one.Skip(5), outcome => Assert.Equal(LinkLimit.Address, Assert.IsType<SignUpOutcome.TooMany>(outcome).Refusal.Limit));
        for (var i = 0; i < 120; i++)
            Assert.IsType<SignUpOutcome.Sent>(await SignUp($"Box+more{i}@example.com", $"198.51.{i}.1"));
        Assert.Equal(10, (await Server.Letters<PasswordLinkMail>()).Count(mail => mail.To.StartsWith("box+", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Answers_are_the_same_for_addresses_with_and_without_an_account_and_unknown_ones_are_not_charged()
    {
        await Server.AddAccount("is@example.com");
        foreach (var email in (string[])["is@example.com", "is-not@example.com"])
        {
            var one = new List<ForgetOutcome>();
            for (var i = 0; i < 6; i++)
                one.Add(await Forget(email));
            Assert.All(one[..5], outcome => Assert.Equal(new ForgetOutcome.Sent(email), outcome));
            Assert.IsType<ForgetOutcome.TooMany>(one[5]);
            for (var i = 0; i < 12; i++)
                Assert.Equal(new ForgetOutcome.Sent(email), await Forget(email, $"198.51.100.{i}"));
        }
        Assert.Equal(10, (await Reasons("is@example.com")).Count);
        Assert.Empty(await Reasons("is-not@example.com"));
        await Server.AddAccount("is-not@example.com");
        await Forget("is-not@example.com", "198.51.100.200");
        Assert.Single(await Reasons("is-not@example.com"));
    }

    [Fact]
    public async Task A_client_requests_ten_mails_for_sign_up_in_an_hour_and_no_other_client_notices()
    {
        var outcomes = new List<SignUpOutcome>();
        var left = await Server.Left(async () =>
        {
            for (var i = 0; i < 40; i++)
                outcomes.Add(await SignUp($"flood{i}@example.com"));
        });
        Assert.All(outcomes[..10], outcome => Assert.IsType<SignUpOutcome.Sent>(outcome));
        Assert.All(outcomes[10..], outcome => Assert.Equal(LinkLimit.Asker, Assert.IsType<SignUpOutcome.TooMany>(outcome).Refusal.Limit));
        Assert.Equal(
            [LeftRow.ByAnybody(AuditKind.RequestsLimited, null, Client) with { Result = AuditResult.Refused, Count = 30 }], left);
        Assert.IsType<SignUpOutcome.Sent>(await SignUp("calm@example.com", "192.0.2.8"));
        Assert.Single(await Reasons("calm@example.com"));
        Assert.IsType<ForgetOutcome.Sent>(await Forget("calm@example.com")); // another use of links
    }

    [Fact]
    public async Task A_network_requests_half_of_the_mails_for_sign_up_and_leaves_the_others_to_everybody_else()
    {
        var sent = 0;
        for (var i = 0; i < 110; i++)
            sent += await SignUp($"six{i}@example.com", $"2001:db8:7:{i:x}::/64") is SignUpOutcome.Sent ? 1 : 0;
        Assert.Equal(100, sent);
        Assert.IsType<SignUpOutcome.Sent>(await SignUp("calm-six@example.com", "2001:db8:8:1::/64"));
    }

    [Fact]
    public async Task A_client_and_an_account_request_twenty_links_of_a_use_in_an_hour()
    {
        var eve = await Server.AddAccount("eve-asks@example.com");
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<ForgetOutcome.Sent>(await Forget($"ask{i}@example.com"));
            Assert.IsType<AddressOutcome.Sent>(await Change(eve, $"ask{i}@example.com", $"198.51.100.{i}"));
        }
        Assert.Equal(LinkLimit.Asker, Assert.IsType<ForgetOutcome.TooMany>(await Forget("ask20@example.com")).Refusal.Limit);
        Assert.Equal(
            LinkLimit.Asker,
            Assert.IsType<AddressOutcome.TooMany>(await Change(eve, "ask20@example.com", "198.51.100.20")).Refusal.Limit);
    }

    [Fact]
    public async Task The_server_sends_so_many_mails_for_sign_up_in_an_hour_and_says_when_to_try_again()
    {
        await using var server = await RunningServer.Start(
        [
            .. People.Mails, "--Limits:SignUpMailsPerHour=3", "--Limits:SignUpMailsPerClient=3", "--Limits:LinksPerHour=1",
            "--Limits:LinksPerMailbox=1",
        ]);
        await SignUp(server, "a@example.com", "192.0.2.1");
        await server.Letter<PasswordLinkMail>();
        await SignUp(server, "a@example.com", "198.51.100.2"); // its mailbox has its mail, so this one is not sent and not counted
        await server.Letter<PasswordLinkMail>();
        Assert.IsType<SignUpOutcome.TooMany>(await SignUp(server, "a@example.com", "198.51.100.2"));
        await SignUp(server, "b@example.com", "198.51.101.1");
        await SignUp(server, "c@example.com", "198.51.102.1");
        var refusal = Assert.IsType<SignUpOutcome.TooMany>(await SignUp(server, "d@example.com", "198.51.103.1")).Refusal;
        Assert.Equal(LinkLimit.Server, refusal.Limit);
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromMinutes(58), TimeSpan.FromHours(1));
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", "d@example.com"));
        Assert.StartsWith(
            "This server sends no more mails for signing up at the moment. Try again in 59 minutes.", reader.Text("#email-error"),
            StringComparison.Ordinal);
        Assert.Equal(3, (await server.Letters<PasswordLinkMail>()).Count);
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<SignUpOutcome.Sent>(await SignUp(server, "d@example.com", "198.51.103.1"));
    }

    private Task<SignUpOutcome> SignUp(string email, string client = Client) => SignUp(Server, email, client);

    private static Task<SignUpOutcome> SignUp(RunningServer server, string email, string client) =>
        server.With<RegisterAccount, SignUpOutcome>(signUp => signUp.Run(email, new Caller(client), CancellationToken.None));

    private Task<ForgetOutcome> Forget(string email, string client = Client, KnownDevice? device = null) =>
        Server.With<ForgetPassword, ForgetOutcome>(
            forget => forget.Run(email, new Caller(client), device is null ? [] : [device], CancellationToken.None));

    private Task<AddressOutcome> Change(Account asker, string email, string client = Client) =>
        Server.With<SendAddressLink, AddressOutcome>(send => send.Run(
            new SignedIn(asker.Id, asker.Email!, true, TokenScopes.All), email, client, CancellationToken.None));

    private async Task<List<PasswordLinkReason>> Reasons(string email) =>
    [
        .. (await Server.Letters<PasswordLinkMail>())
            .Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal)).Select(mail => mail.Reason),
    ];
}
