using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Signing in and out by the pages.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task The_right_password_signs_in_and_leads_back()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/security?x=1");
        Assert.Equal("/security?x=1", reader.Path);
        Assert.True(reader.IsSignedIn());
    }

    [Theory, InlineData(People.Email, "wrong password"), InlineData("nobody@example.com", People.Password), InlineData("no address", "x")]
    public async Task Wrong_ones_all_look_the_same(string email, string password)
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
    public async Task A_session_that_is_not_used_ends(bool stays, int hours)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = new Reader(server);
        await reader.Open("/signin?back=/");
        await reader.Send(
            ("Input.Email", People.Email), ("Input.Password", People.Password), ("Input.Stay", stays ? "true" : "false"));
        server.Clock.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromMinutes(1));
        await reader.Open("/");
        Assert.True(reader.IsSignedIn()); // which counts as use
        server.Clock.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromMinutes(1));
        await reader.Open("/");
        Assert.True(reader.IsSignedIn());
        server.Clock.Advance(TimeSpan.FromHours(hours));
        await reader.Open("/");
        Assert.False(reader.IsSignedIn());
    }
}
