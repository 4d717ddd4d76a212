using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Setting a new password after the old one was forgotten.</summary>
public sealed class ForgetPasswordTests
{
    private const string NewPassword = "another long password";

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answer_but_only_known_ones_get_a_mail()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        var unknown = await Ask(server, "stranger@example.com");
        var known = await Ask(server, People.Email);
        Assert.Contains("if it has an account", known, Ordinal);
        Assert.Equal(known, unknown.Replace("stranger@example.com", People.Email, Ordinal));
        var mail = await server.Letter<PasswordLinkMail>();
        Assert.Equal((People.Email, PasswordLinkReason.Asked), (mail.To, mail.Reason));
        Assert.Equal(server.Clock.GetUtcNow().AddHours(1), mail.Expires, UnseenWork.LongestDelay);
    }

    [Fact]
    public async Task The_link_works_once_and_ends_all_sessions()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        using var thief = await server.SignIn(back: "/");
        await Ask(server, People.Email);
        await Ask(server, People.Email);
        var mails = await server.Letters<PasswordLinkMail>();
        Assert.Contains("is set", await Set(server, mails[0].Link()), Ordinal);
        Assert.Contains("has been used", await Set(server, mails[0].Link()), Ordinal);
        Assert.Contains("has been used", await Set(server, mails[1].Link()), Ordinal); // made before the password changed
        await thief.Open("/");
        Assert.False(thief.IsSignedIn());
        Assert.True((await server.SignIn(People.Email, NewPassword, "/")).IsSignedIn());
        Assert.Contains(await server.Letters<AccountNoticeMail>(), mail => mail.Event == AccountEvent.PasswordChanged);
    }

    [Fact]
    public async Task Expired_link_sets_nothing()
    {
        // The framework's tokens use the system clock, so a negative lifetime stands for a late link.
        await using var server = await RunningServer.Start(
            null,
            builder => builder.Services.PostConfigure<DataProtectionTokenProviderOptions>(tokens =>
            {
                Assert.Equal(TimeSpan.FromHours(1), tokens.TokenLifespan);
                tokens.TokenLifespan = -TimeSpan.FromSeconds(1);
            }),
            People.Mails);
        await server.AddAccount();
        await Ask(server, People.Email);
        Assert.Contains("is too old", await Set(server, (await server.Letter<PasswordLinkMail>()).Link()), Ordinal);
        Assert.True((await server.SignIn(back: "/")).IsSignedIn());
    }

    [Fact]
    public async Task Without_mail_the_page_names_the_operators_command()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/forgot");
        Assert.Contains("account link", reader.Text("main"), Ordinal);
        Assert.False(reader.Has("main form"));
    }

    [Fact]
    public async Task Invalid_address_is_reported_at_its_field()
    {
        await using var server = await RunningServer.Start(People.Mails);
        using var reader = await new Reader(server).Open("/forgot");
        await reader.Send(("Email", "nonsense"));
        Assert.StartsWith("This is not an e-mail address", reader.Text("#email-error"), Ordinal);
        Assert.Equal("nonsense", reader.Value("#email[autofocus][aria-invalid=true]"));
    }

    private static async Task<string> Ask(RunningServer server, string email)
    {
        using var reader = await new Reader(server).Open("/forgot");
        await reader.Send(("Email", email));
        return reader.Page.QuerySelector("main")!.InnerHtml;
    }

    private static async Task<string> Set(RunningServer server, string link)
    {
        using var reader = await new Reader(server).Open(link);
        if (reader.Has("main form"))
            await reader.Send(("Password", NewPassword));
        return reader.Text("main");
    }
}
