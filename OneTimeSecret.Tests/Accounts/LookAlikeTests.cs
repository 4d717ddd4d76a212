using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Actors;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Whoever spells somebody else's address with other letters does not get, block, use up or avoid anything of it.</summary>
public sealed class LookAlikeTests
{
    private static readonly string[] Open = ["--Accounts:SignUp=Open"];

    /// <summary>Addresses that become the same by an upper-case or a normalized form.</summary>
    public static TheoryData<string, string> Collisions() => new()
    {
        { "\u017fusi@example.com", "susi@example.com" }, // long s
        { "\u212aate@example.com", "kate@example.com" }, // Kelvin sign
        { "jose\u0301@example.com", "jos\u00e9@example.com" }, // combining accent
        { "\u03c3\u03c2@example.com", "\u03c3\u03c3@example.com" }, // final sigma
    };

    [Theory]
    [MemberData(nameof(OneSpellingTests.LookAlikes), MemberType = typeof(OneSpellingTests))]
    public async Task A_look_alike_cannot_sign_up_and_the_address_still_can(string lookAlike, string local)
    {
        await using var server = await RunningServer.Start(Open);
        Assert.IsType<SignUpOutcome.NoAddress>(await SignUp(server, $"{lookAlike}@example.com"));
        Assert.IsType<SignUpOutcome.Made>(await SignUp(server, $"{local}@example.com"));
        Assert.IsType<SignUpOutcome.Taken>(await SignUp(server, $"{local.ToUpperInvariant()}@EXAMPLE.com"));
    }

    [Theory]
    [MemberData(nameof(Collisions))]
    public async Task A_look_alike_opens_no_account_and_its_guesses_do_not_count(string lookAlike, string email)
    {
        await using var server = await RunningServer.Start(Open);
        await server.AddAccount(email);
        for (var i = 0; i < 5; i++)
            Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password, lookAlike));
        Assert.IsType<SignInOutcome.TooMany>(await server.Try(People.Password, lookAlike));
        Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, email.ToUpperInvariant()));
        var token = await server.Get<AddToken>().Run(email, "script", TokenScopes.All, null, CancellationToken.None);
        Assert.Null(await server.AccountOf(lookAlike, token));
        Assert.NotNull(await server.AccountOf(email.ToUpperInvariant(), token));
    }

    [Theory]
    [MemberData(nameof(Collisions))]
    public async Task Administrators_are_granted_by_the_exact_address_only(string lookAlike, string email)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount(email);
        var refusal = await Assert.ThrowsAsync<AccountException>(() => Grant(server, lookAlike));
        Assert.StartsWith($"There is no account {lookAlike}.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAdmins());
        await Grant(server, $" {email.ToUpperInvariant()} ");
        Assert.Equal(1, await server.CountAdmins());
    }

    [Fact]
    public async Task Operator_who_types_an_address_does_not_reach_an_old_account_with_another_spelling()
    {
        await using var server = await RunningServer.Start();
        var eve = await server.AddOldAccount("\u017fusi@example.com");
        var refusal = await Assert.ThrowsAsync<AccountException>(() => Grant(server, "susi@example.com"));
        Assert.StartsWith(
            $"There is no account susi@example.com, but the account {eve.Id} has another spelling", refusal.Message,
            StringComparison.Ordinal);
        foreach (var verb in (Func<Task>[])[
            () => server.Get<RevokeAdmin>().Run("susi@example.com", CancellationToken.None),
            () => server.Get<AddToken>().Run("susi@example.com", "x", TokenScopes.All, null, CancellationToken.None),
            () => server.With<LinkAccount, (string, string)>(link => link.Run("susi@example.com", CancellationToken.None))])
            Assert.Contains($"{eve.Id}", (await Assert.ThrowsAsync<AccountException>(verb)).Message, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAdmins());
    }

    [Theory]
    [MemberData(nameof(OneSpellingTests.LookAlikes), MemberType = typeof(OneSpellingTests))]
    public async Task A_look_alike_passes_neither_the_limit_of_a_recipient_nor_its_opt_out(string lookAlike, string local)
    {
        await using var server = await RunningServer.Start([.. Mails.Settings, "--Limits:MailsPerRecipient=1"]);
        var sender = await server.SignedIn("sender@example.com");
        await server.Mail(sender, $"{local}@example.com");
        Assert.IsType<ConcealOutcome.BadRecipient>(await server.TryMail(sender, $"{lookAlike}@example.com"));
        Assert.IsType<ConcealOutcome.TooManyMails>(await server.TryMail(sender, $"{local.ToUpperInvariant()}@EXAMPLE.com"));
        await server.OptOut($"{local}@example.org");
        Assert.IsType<ConcealOutcome.BadRecipient>(await server.TryMail(sender, $"{lookAlike}@example.org"));
        Assert.IsType<ConcealOutcome.RecipientOptedOut>(await server.TryMail(sender, $"{local.ToUpperInvariant()}@EXAMPLE.org"));
    }

    [Fact]
    public async Task No_account_changes_its_address_to_a_look_alike()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var eve = await server.SignedIn("eve@example.com");
        Assert.IsType<AddressOutcome.NoAddress>(await server.With<SendAddressLink, AddressOutcome>(
            send => send.Run(eve, "\u017fusi@example.com", "192.0.2.1", CancellationToken.None)));
        Assert.Empty(await server.Letters<AddressLinkMail>());
    }

    [Theory]
    [InlineData("\u017fusi@example.com", "susi@example.com")]
    [InlineData("ｓｕｓｉ@example.com", "susi@example.com")]
    [InlineData("stra\u00dfe@example.com", "strasse@example.com")]
    [InlineData("s\u0131la@example.com", "sila@example.com")]
    [InlineData("\u0130pek@example.com", "ipek@example.com")]
    public async Task Owner_of_an_old_account_signs_in_with_its_spelling_and_blocks_no_other(string old, string email)
    {
        await using var server = await RunningServer.Start([.. People.Mails, "--Accounts:SignUp=Open"]);
        var owner = await server.AddOldAccount(old);
        await server.Get<CheckAddresses>().Run(CancellationToken.None);
        Assert.Equal(owner.Id, Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, old)).AccountId);
        Assert.IsType<SignInOutcome.Wrong>(await server.Try(People.Password, email));
        await server.With<ForgetPassword, ForgetOutcome>(forget => forget.Run(old, People.Somewhere, [], CancellationToken.None));
        var letter = await server.Letter<PasswordLinkMail>();
        Assert.True(await server.With<SetPassword, bool>(set => set.Opens(old, letter.Token)));

        await server.With<RegisterAccount, SignUpOutcome>(signUp => signUp.Run(email, People.Somewhere, CancellationToken.None));
        Assert.Equal(
            [(old, PasswordLinkReason.Asked), (email, PasswordLinkReason.SignUp)],
            (await server.Letters<PasswordLinkMail>()).Select(mail => (mail.To, mail.Reason)).OrderBy(mail => mail.Reason));
        var asker = new SignedIn(owner.Id, old, MayMail: true, TokenScopes.All);
        Assert.IsType<DeleteOutcome.OtherAddress>(
            await server.Get<DeleteAccount>().Run(asker, email, People.Somewhere, CancellationToken.None));
        Assert.IsType<DeleteOutcome.Deleted>(
            await server.Get<DeleteAccount>().Run(asker, old, People.Somewhere, CancellationToken.None));
    }

    [Fact]
    public async Task Mail_that_was_queued_for_an_address_that_is_refused_today_can_still_be_written()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var mail = new SecretLinkMail("stra\u00dfe@example.com", "sender@example.com", "key", server.Clock.GetUtcNow().AddDays(1), false);
        Assert.Contains("/mail/opt-out/", server.Get<ComposeMail>().Run(Guid.NewGuid(), mail).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Accounts_are_not_looked_up_by_the_normalizer_of_Identity() => Assert.DoesNotContain(
        Sources.In("OneTimeSecret.Core", "OneTimeSecret.Web").SelectMany(File.ReadLines),
        line => line.Contains("FindByEmailAsync", StringComparison.Ordinal) || line.Contains("FindByNameAsync", StringComparison.Ordinal)
            || line.Contains("LookupNormalizer", StringComparison.Ordinal));

    private static Task<SignUpOutcome> SignUp(RunningServer server, string email) => server.With<RegisterAccount, SignUpOutcome>(
        signUp => signUp.Run(email, People.Password, People.Somewhere, CancellationToken.None));

    private static Task<(int, int)> Grant(RunningServer server, string email) =>
        server.With<GrantAdmin, (int, int)>(grant => grant.Run(email, CancellationToken.None));
}
