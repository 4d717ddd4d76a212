using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Http;

/// <summary>No other site changes anything in the name of somebody who is signed in.</summary>
public sealed class CrossSiteTests
{
    /// <summary>What takes posts without a form's token, and why that is no danger.</summary>
    private static readonly string[] Open =
    [
        "/api/", // knows no cookies
        "/mail/opt-out/", // its address is the right to it (RFC 8058)
        "/_blazor", // looks at the Origin
    ];

    [Fact]
    public async Task Every_route_that_takes_posts_refuses_one_without_the_forms_token()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        await server.AddAccount();
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, CancellationToken.None));
        using var owner = await server.SignIn(back: "/");
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST", StringComparer.Ordinal) ?? true)
            .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'))
            .Where(route => !Open.Any(open => route.StartsWith(open, StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.Superset(new HashSet<string>(["/logout", "/signin", "/"], StringComparer.Ordinal), routes.ToHashSet(StringComparer.Ordinal));
        Assert.All(routes, route => Assert.Equal((route, 400), (route, Post(owner, route))));
        await owner.Open("/");
        Assert.True(owner.IsSignedIn());
    }

    private static int Post(Components.Reader owner, string route)
    {
        var path = string.Join('/', route.Split('/').Select(part => part.EndsWith(":guid}", StringComparison.Ordinal)
            ? Guid.Empty.ToString() : part.StartsWith('{') ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : part));
        return owner.PostBare(path).GetAwaiter().GetResult();
    }
}
