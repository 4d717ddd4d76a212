using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Accounts;

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
            new HashSet<string>(["form", "session", "device", "made"], StringComparer.Ordinal),
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
        var given = answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [];
        Assert.Equal(isTakenBack, given.Any(one => one.StartsWith("session=;", StringComparison.Ordinal)));
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
