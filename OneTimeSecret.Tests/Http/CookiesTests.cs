using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Http;

public sealed class CookiesTests
{
    /// <summary>
    /// Lax, because a link from a webmail must send the cookies that exist. With Strict the server would see no cookie and set a new one,
    /// which would invalidate every form that is open in another tab.
    /// </summary>
    [Fact]
    public async Task Every_cookie_is_SameSite_Lax_and_HttpOnly()
    {
        var seen = new Seen();
        await using var server = await RunningServer.Start(null, builder => builder.Services.AddSingleton<IStartupFilter>(seen));
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        await reader.Send(("Input.Kind", "made"), ("Input.Length", "40"));
        Assert.Equal("Your link is ready", reader.Heading);

        Assert.Superset(
            ((string[])["form", "session", "device", "made"]).Select(server.CookieName).ToHashSet(StringComparer.Ordinal),
            seen.Cookies.Select(cookie => cookie.Split('=')[0]).ToHashSet(StringComparer.Ordinal));
        Assert.All(seen.Cookies, cookie => Assert.Contains("; samesite=lax; httponly", cookie, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A page deletes the cookie of an ended session. Files and the API do not depend on sessions and leave it alone.</summary>
    [Theory]
    [InlineData("/", true)]
    [InlineData("/api/v1/status", false)]
    [InlineData("/app.css", false)]
    public async Task Only_pages_delete_the_cookie_of_an_ended_session(string path, bool isTakenBack)
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        await using var db = server.Database();
        await db.Sessions.ExecuteDeleteAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Add("Cookie", cookie);
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var session = server.CookieName("session");
        var given = answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [];
        Assert.Equal(isTakenBack, given.Any(one => one.StartsWith(session + "=;", StringComparison.Ordinal)));
    }

    /// <summary>Browsers send the cookies of a host to all of its ports.</summary>
    [Fact]
    public async Task Two_servers_on_one_host_do_not_end_each_others_sessions()
    {
        await using var server = await RunningServer.Start();
        await using var other = await RunningServer.Start();
        await server.AddAccount();
        await other.AddAccount();
        using var reader = await server.SignIn(back: "/");
        await reader.Open(other.Origin + "/");
        Assert.False(reader.IsSignedIn());
        using (var again = new Reader(other, cookies: reader.Cookies))
            await again.SignIn(back: "/");
        await reader.Open(server.Origin + "/");
        Assert.True(reader.IsSignedIn());
        await reader.Open(other.Origin + "/");
        Assert.True(reader.IsSignedIn());
        Assert.All(reader.Cookies.GetAllCookies(), cookie => Assert.Matches("^ots-[0-9a-f]{8}-[a-z]+$", cookie.Name));
    }

    [Fact]
    public async Task Cookies_have_the_same_names_after_a_restart_and_after_a_rotation_of_keys()
    {
        using var folder = new TemporaryFolder();
        await folder.Make();
        var before = await Name();
        await folder.Run("keys", "rotate");
        Assert.Equal(before, await Name());

        async Task<string> Name()
        {
            await using var server = await RunningServer.Start(folder.Data, adjust: null);
            return server.CookieName("session");
        }
    }

    /// <summary>Records every Set-Cookie header that the server sends.</summary>
    private sealed class Seen : IStartupFilter
    {
        public ConcurrentBag<string> Cookies { get; } = [];

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                foreach (var cookie in context.Response.Headers.SetCookie)
                    Cookies.Add(cookie!);
            });
            next(app);
        };
    }
}
