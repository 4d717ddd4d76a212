using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Web.Administration;

namespace OneTimeSecret.Tests.Administration;

/// <summary>Only administrators can open the administrators' pages. To everybody else the pages look as if they did not exist.</summary>
public sealed partial class AdminGateTests
{
    private const string Anonymous = "somebody";
    private const string Owner = "an account";
    private const string Suspended = "an administrator who was suspended";
    private const string Demoted = "an administrator who was demoted a moment ago";
    private const string SignedOut = "an administrator whose session was ended";
    private const string Elsewhere = "an administrator in a network that is not allowed";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

    [Theory, InlineData(Anonymous), InlineData(Owner), InlineData(Suspended), InlineData(Demoted), InlineData(SignedOut)]
    [InlineData(Elsewhere)]
    public async Task Administrators_pages_look_like_unknown_pages_to_everybody_else(string who)
    {
        await using var server = await RunningServer.Start(who is Elsewhere ? ["--Admin:Networks=192.0.2.0/24,2001:db8::/32"] : []);
        await server.AddAdmin("another@example.com");
        var cookie = await CookieOf(server, who);
        foreach (var method in Methods)
        {
            var unknown = await Ask(server, method, "/no/such/page", cookie);
            Assert.Equal(404, unknown.Status);
            foreach (var route in Routes(server))
                Assert.Equal((route, unknown), (route, await Ask(server, method, route, cookie)));
        }
    }

    [Fact]
    public async Task Administrator_from_an_allowed_network_can_open_all_admin_pages()
    {
        await using var server = await RunningServer.Start("--Admin:Networks=::1,127.0.0.0/8");
        using var admin = await server.SignInAdmin(back: "/");
        foreach (var route in Routes(server).Where(route => !route.Contains("aaaa", StringComparison.Ordinal)))
            Assert.Equal((route, 200), (route, (await admin.Open(route)).Status));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Changes_by_an_administrator_require_a_recent_proof_of_identity(bool posts)
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin(back: "/");
        server.Clock.Advance(OpenedSession.ProofLifetime);
        var cookie = admin.CookieHeader();
        foreach (var route in Routes(server, proof: true, posts))
        {
            var answer = await Ask(server, posts ? "POST" : "GET", route + "?a=b", cookie);
            Assert.Equal((302, $"/signin/again?back={Uri.EscapeDataString(route + "?a=b")}"), (answer.Status, answer.Location));
        }
        foreach (var route in Routes(server, proof: false))
            Assert.DoesNotContain("signin", (await Ask(server, "GET", route, cookie)).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_admin_page_with_a_form_requires_a_recent_proof_of_identity()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin(back: "/");
        foreach (var route in Routes(server, proof: false))
            Assert.False((await admin.Open(route)).Has("main form[method=post]"), route);
    }

    [Fact]
    public async Task Administrator_without_the_required_second_factor_must_add_it_first()
    {
        await using var server = await RunningServer.Start(Mail.Mails.OnLocalhost);
        using var admin = await server.SignInAdmin(back: "/");
        foreach (var route in Routes(server))
            Assert.Equal((route, "/account/security"), (route, (await Ask(server, "GET", route, admin.CookieHeader())).Location));
        foreach (var route in Routes(server, proof: true, posts: true))
            Assert.Equal((route, "/account/security"), (route, (await Ask(server, "POST", route, admin.CookieHeader())).Location));
    }

    [Theory, InlineData("/colonel", "/admin"), InlineData("/colonel/", "/admin/")]
    [InlineData("/colonel/accounts?search=a%26b", "/admin/accounts?search=a%26b")]
    [InlineData("/Colonel//evil.example.com/x", "/admin//evil.example.com/x")]
    public async Task Old_path_colonel_redirects_to_admin(string old, string leadsTo)
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin(back: "/");
        var answer = await Ask(server, "GET", old, admin.CookieHeader());
        Assert.Equal((302, leadsTo), (answer.Status, answer.Location));
    }

    [Theory, InlineData(false, null, false), InlineData(true, null, true), InlineData(true, "192.0.2.1", false)]
    public async Task Only_administrators_in_an_allowed_network_see_the_link_to_the_admin_pages(bool isAdmin, string? network, bool finds)
    {
        await using var server = await RunningServer.Start(network is null ? [] : [$"--Admin:Networks={network}"]);
        if (isAdmin)
            await server.AddAdmin(People.Email);
        else
            await server.AddAccount();
        using var reader = await server.SignIn(back: "/");
        Assert.Equal(finds, reader.Has("header a[href='/admin']"));
    }

    /// <summary>Blazor's script posts this request when a page is left, relative to the page's path.</summary>
    [Theory, InlineData("/_blazor/disconnect"), InlineData("/admin/_blazor/disconnect"), InlineData("/admin/a/_blazor/disconnect")]
    public async Task Leave_request_below_any_path_is_checked_like_a_circuit_request(string path)
    {
        await using var server = await RunningServer.Start();
        using var reader = await server.SignInAdmin(back: "/");
        Assert.Equal(403, await Leave(origin: null, reader.CookieHeader()));
        Assert.Equal(403, await Leave("http://evil.example.net", reader.CookieHeader()));
        Assert.Equal(403, await Leave(server.Origin, ""));
        Assert.Equal(400, await Leave(server.Origin, reader.CookieHeader())); // the request passes the gate, but names no circuit

        async Task<int> Leave(string? origin, string cookie) => (await Ask(server, "POST", path, cookie, origin)).Status;
    }

    private static async Task<string> CookieOf(RunningServer server, string who)
    {
        if (who is Anonymous)
            return "";
        var account = who is Owner ? (await server.AddAccount()).Id : (await server.AddAdmin(People.Email)).Account!.Id;
        using var reader = await server.SignIn(back: "/");
        var cookie = reader.CookieHeader();
        await using var db = server.Database();
        if (who is Suspended)
            await db.Users.Where(a => a.Id == account)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Suspended, server.Clock.GetUtcNow()));
        else if (who is Demoted)
            await db.UserRoles.Where(role => role.UserId == account).ExecuteDeleteAsync();
        else if (who is SignedOut)
            await db.Sessions.ExecuteDeleteAsync();
        return cookie;
    }

    /// <summary>The paths of all administrators' pages, from the server's routes.</summary>
    private static List<string> Routes(RunningServer server, bool? proof = null, bool posts = false)
    {
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AdminAttribute>() is { } admin && (proof ?? admin.Proof) == admin.Proof)
            .Where(route => !posts
                || route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("POST", StringComparer.Ordinal))
            .Select(route => "/" + string.Join('/', route.RoutePattern.RawText!.Trim('/').Split('/').Select(Filled)))
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(routes);
        return routes;
    }

    private static string Filled(string part) => part.StartsWith('{') ? "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" : part;

    /// <summary>Sends a request with exactly these cookies. Removes from the answer what differs each time.</summary>
    private static async Task<Seen> Ask(RunningServer server, string method, string path, string cookie, string? origin = null)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(server.Origin) };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (cookie.Length > 0)
            request.Headers.Add("Cookie", cookie);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (method is "POST" or "PUT")
            request.Content = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "any")]);
        using var answer = await http.SendAsync(request);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "X-Request-ID" or "Location"))
            .SelectMany(header => header.Value.Select(value => $"{header.Key}: {Token().Replace(value, "")}"))
            .Order(StringComparer.Ordinal);
        return new Seen(
            (int)answer.StatusCode, answer.Headers.Location?.OriginalString ?? "", string.Join('\n', headers),
            Token().Replace(await answer.Content.ReadAsStringAsync(), ""));
    }

    private sealed record Seen(int Status, string Location, string Headers, string Body);

    /// <summary>The antiforgery token of a form, in the page and in the cookie.</summary>
    [GeneratedRegex("""(?<=name="__RequestVerificationToken" value="|form=)[\w-]+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
