using Microsoft.AspNetCore.Routing;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Http;

/// <summary>Another site cannot change anything on behalf of somebody who is signed in (cross-site request forgery).</summary>
public sealed class CrossSiteTests
{
    /// <summary>Routes that accept POST without an antiforgery token, and why that is safe.</summary>
    private static readonly string[] Open =
    [
        "/api/", // ignores cookies
        "/mail/opt-out/", // whoever has the address may opt out (RFC 8058)
        "/_blazor", // checks the Origin header
    ];

    private const string Mark = "what-was-typed";

    private static readonly string[] Names =
        ["Secret", "Passphrase", "Password", "Email", "Name", "Code", "Reason", "Text", "Current", "New", "Network"];

    [Fact]
    public async Task Every_route_that_accepts_POST_refuses_it_without_an_antiforgery_token()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        await server.AddAccount();
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, CancellationToken.None));
        using var owner = await server.SignIn(back: "/");
        var routes = Routes(server);
        Assert.Superset(new HashSet<string>(["/logout", "/signin", "/"], StringComparer.Ordinal), routes.ToHashSet(StringComparer.Ordinal));
        foreach (var route in routes)
            Assert.Equal((route, 400), (route, await owner.PostBare(Path(route))));
        await owner.Open("/");
        Assert.True(owner.IsSignedIn());
    }

    /// <summary>Even if the request claims to come from a page of this site: other forms may hold passwords or change accounts.</summary>
    [Fact]
    public async Task Only_the_home_page_returns_the_input_of_a_form_without_an_antiforgery_token()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        await server.AddAccount();
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, CancellationToken.None));
        using var owner = await server.SignIn(back: "/");
        owner.Headers.Add("Sec-Fetch-Site", "same-origin");
        (string, string)[] marked = [.. Names.SelectMany(name => new[] { (name, Mark), ("Input." + name, Mark) })];
        var giving = new List<string>();
        foreach (var route in Routes(server))
        {
            using var answer = await owner.Fetch(Path(route), marked);
            if ((await answer.Content.ReadAsStringAsync()).Contains(Mark, StringComparison.Ordinal))
                giving.Add(route);
        }
        Assert.Equal(["/"], giving);
    }

    private static List<string> Routes(RunningServer server) => [.. server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST", StringComparer.Ordinal) ?? true)
        .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'))
        .Where(route => !Open.Any(open => route.StartsWith(open, StringComparison.Ordinal)))
        .Distinct(StringComparer.Ordinal)];

    private static string Path(string route) => string.Join('/', route.Split('/').Select(part =>
        part.EndsWith(":guid}", StringComparison.Ordinal) ? Guid.Empty.ToString()
        : part.StartsWith('{') ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : part));
}
