using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts.Sessions;

/// <summary>The list of sessions on the security page.</summary>
public sealed class SessionsTests
{
    [Fact]
    public async Task An_ended_session_is_refused_from_the_next_request_on()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var other = await server.SignIn(back: "/");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        using var reader = await server.SignIn(back: "/account/security");
        Assert.Equal(2, reader.Page.QuerySelectorAll("form[method=post] .rows li").Length);
        var which = reader.Page.QuerySelector(".rows button[name=Which]")!.GetAttribute("value")!;
        await reader.SendForm("section:has(#sessions) form", ("Which", which));
        Assert.Equal("The session is ended.", reader.Text("[role=status].note"));
        Assert.True(reader.IsSignedIn());
        await other.Open("/");
        Assert.False(other.IsSignedIn());
    }

    [Fact]
    public async Task All_other_sessions_can_be_ended_at_once_and_the_current_one_stays()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var first = await server.SignIn(back: "/");
        using var second = await server.SignIn(back: "/");
        using var reader = await server.SignIn(back: "/account/security");
        await reader.SendForm("section:has(#sessions) form", ("Which", "others"));
        Assert.Equal("All other sessions are ended.", reader.Text("[role=status].note"));
        Assert.Empty(reader.Page.QuerySelectorAll(".rows button"));
        foreach (var other in new[] { first, second })
        {
            await other.Open("/");
            Assert.False(other.IsSignedIn());
        }
    }

    [Fact]
    public async Task Session_of_another_account_cannot_be_ended_or_confirmed()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        await server.AddAccount("eve@example.com");
        using var owner = await server.SignIn(back: "/");
        await using var db = server.Database();
        var hash = (await db.Sessions.AsNoTracking().SingleAsync()).Hash;
        using var eve = await server.SignIn("eve@example.com", back: "/account/security");
        await eve.SendForm("section:has(#sessions) form", ("Which", Convert.ToHexStringLower(hash)));
        await eve.SendForm("section:has(#sessions) form", ("Which", "others"));
        var id = (await db.Users.AsNoTracking().SingleAsync(a => a.Email == "eve@example.com")).Id;
        Assert.Equal(0, await server.Get<AccountSessions>().End(id, hash, People.Somewhere, CancellationToken.None));
        Assert.Equal(0, await server.Get<AccountSessions>().Confirm(id, hash, CancellationToken.None));
        await owner.Open("/");
        Assert.True(owner.IsSignedIn());
    }

    [Fact]
    public async Task Sign_in_from_a_new_browser_sends_a_notice_and_from_a_known_one_does_not()
    {
        await using var server = await RunningServer.Start(Mails.OnLocalhost);
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        Assert.Equal(1, await Notices());
        await reader.SendForm("form[action='/logout']");
        await reader.SignIn();
        Assert.Equal(1, await Notices());
        using var other = await server.SignIn(back: "/");
        Assert.Equal(2, await Notices());

        async Task<int> Notices()
        {
            await using var db = server.Database();
            return await db.Mails.CountAsync(mail => mail.Kind == MailKind.AccountNotice);
        }
    }

    [Fact]
    public async Task Security_page_requires_a_new_proof_of_identity_after_fifteen_minutes()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/security");
        Assert.Equal("Security", reader.Heading);
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        await reader.Open("/account/security/app");
        Assert.Equal("Confirm that it is you", reader.Heading);
        await reader.Send(("Password", "wrong password"));
        Assert.Equal("The password is wrong.", reader.Text("#error"));
        await reader.Open("/account/security");
        Assert.Equal("Confirm that it is you", reader.Heading);
        await reader.Send(("Password", People.Password));
        Assert.Equal("/account/security", reader.Path);
        server.Clock.Advance(TimeSpan.FromMinutes(14));
        await reader.Open("/account/security");
        Assert.Equal("Security", reader.Heading);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await reader.SendForm("section:has(#sessions) form", ("Which", "others"));
        Assert.Equal("Confirm that it is you", reader.Heading);
    }
}
