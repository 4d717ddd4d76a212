using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Signing in and out on the pages.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task Right_password_signs_in_and_returns_to_the_requested_page()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/security?x=1");
        Assert.Equal("/security?x=1", reader.Path);
        Assert.True(reader.IsSignedIn());
    }

    [Theory, InlineData(People.Email, "wrong password"), InlineData("nobody@example.com", People.Password), InlineData("no address", "x")]
    public async Task Wrong_password_unknown_address_and_invalid_address_get_the_same_answer(string email, string password)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(email, password);
        Assert.Equal((200, "Sign in"), (reader.Status, reader.Heading));
        Assert.Equal("The address or the password is wrong.", reader.Text("#error"));
        Assert.Equal(email, reader.Value("#email"));
        Assert.Equal("", reader.Value("#password"));
        Assert.False(reader.IsSignedIn());
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        await reader.SendForm("form[action='/logout']");
        Assert.False(reader.IsSignedIn());
        await using var db = server.Database();
        Assert.False(await db.Sessions.AnyAsync());
    }

    [Theory, InlineData(false, 12), InlineData(true, 24 * 30)]
    public async Task Session_expires_after_12_hours_or_30_days_without_use(bool stays, int hours)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = new Reader(server);
        await reader.Open("/signin?back=/");
        await reader.Send(
            ("Input.Email", People.Email), ("Input.Password", People.Password), ("Input.Stay", stays ? "true" : "false"));
        server.Clock.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromMinutes(1));
        await reader.Open("/");
        Assert.True(reader.IsSignedIn()); // this request counts as a use
        server.Clock.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromMinutes(1));
        await reader.Open("/");
        Assert.True(reader.IsSignedIn());
        server.Clock.Advance(TimeSpan.FromHours(hours));
        await reader.Open("/");
        Assert.False(reader.IsSignedIn());
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Signing_in_or_out_in_another_tab_does_not_invalidate_an_open_public_form(bool signsIn)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = signsIn ? new Reader(server) : await server.SignIn(back: "/");
        await reader.Open("/");
        await reader.Elsewhere(async tab =>
        {
            if (signsIn)
                await tab.SignIn(back: "/");
            else
                await tab.SendForm("form[action='/logout']");
        });
        await reader.Send(("Input.Secret", "typed before"));
        Assert.Equal((200, "Your link is ready"), (reader.Status, reader.Heading));
    }

    [Fact]
    public async Task Form_of_one_account_is_refused_after_another_account_signed_in()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        await server.AddAccount("other@example.com");
        using var reader = await server.SignIn(back: "/account/tokens");
        await reader.Elsewhere(async tab =>
        {
            await tab.SendForm("form[action='/logout']");
            await tab.SignIn("other@example.com", back: "/");
        });
        await reader.SendForm("main form", ("Input.Name", "x"));
        Assert.Equal(400, reader.Status);
        await using var db = server.Database();
        Assert.False(await db.ApiTokens.AnyAsync());
    }

    [Fact]
    public async Task New_administrator_must_sign_in_again()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        var ended = await server.With<GrantAdmin, (int Sessions, int Tokens)>(grant => grant.Run(People.Email, CancellationToken.None));
        Assert.Equal(1, ended.Sessions);
        await reader.Open("/");
        Assert.False(reader.IsSignedIn());
        await reader.SignIn(back: "/");
        Assert.True(reader.IsSignedIn());
    }

    [Fact]
    public async Task Strangers_do_not_lock_out_a_device_that_signed_in_before()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var owner = await server.SignIn(back: "/");
        await owner.SendForm("form[action='/logout']");
        // Uses up all guesses of unknown devices, also those of the owner's own network.
        for (var i = 0; i < 40; i++)
            await server.Try("wrong", client: i < 10 ? "127.0.0.1" : $"198.51.100.{i}");
        Assert.IsType<SignInOutcome.TooMany>(await server.Try(People.Password, client: "127.0.0.1"));
        await owner.SignIn(back: "/");
        Assert.True(owner.IsSignedIn());
    }

    [Fact]
    public async Task Sign_in_requests_of_one_client_are_limited_across_all_addresses()
    {
        await using var server = await RunningServer.Start("--Limits:SignIns=3");
        using var reader = await server.SignIn("a@example.com");
        foreach (var other in new[] { "b@example.com", "c@example.com" })
            await reader.SignIn(other);
        Assert.Equal(200, reader.Status);
        await reader.SignIn("d@example.com");
        Assert.Equal((429, "That was a little too often"), (reader.Status, reader.Heading));
    }

    [Theory]
    [InlineData("/signin", "signin"), InlineData("/signin", "passkey"), InlineData("/signin/code", "code")]
    [InlineData("/signin/code", "passkey")]
    [InlineData("/signin/again", "again"), InlineData("/signin/again", "passkey"), InlineData("/account/security", "passkey")]
    [InlineData("/account/security/app", "add-app"), InlineData("/account/tokens", "make"), InlineData("/account", "notices")]
    [InlineData("/account/delete", "delete"), InlineData("/account/password", "password"), InlineData("/account/address", "address")]
    [InlineData("/signup", "signup"), InlineData("/forgot", "forgot"), InlineData("/reset", "reset"), InlineData("/", "create")]
    public async Task Form_post_without_fields_causes_no_server_error(string path, string handler)
    {
        await using var server = await RunningServer.Start([.. Mail.Mails.OnLocalhost, "--Accounts:SignUp=Open"]);
        await server.AddAccount();
        using var reader = await server.SignIn(back: path.StartsWith("/account", StringComparison.Ordinal) ? path : "/");
        Assert.InRange(await reader.PostTo(path, handler), 200, 499);
    }
}
