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
    /// Lax: a link in a mail that is opened in another tab finds the cookies that are there. With a strict one it found none, got another,
    /// and every form that was open already lost the one that it needs.
    /// </summary>
    [Fact]
    public async Task Every_cookie_comes_along_when_a_link_of_another_site_is_followed_and_with_no_post_of_it()
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

    /// <summary>A page takes back the cookie of an ended session. Files and the API, the same for everybody, leave it alone.</summary>
    [Theory]
    [InlineData("/", true)]
    [InlineData("/api/v1/status", false)]
    [InlineData("/app.css", false)]
    public async Task A_session_is_looked_for_by_pages_alone(string path, bool isTakenBack)
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

    /// <summary>Writes down every cookie that the server gives.</summary>
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
