using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using OneTimeSecret.Web.Api.V1;

namespace OneTimeSecret.Tests.Components;

/// <summary>The page about the API agrees with the API: its curl lines work, and nothing is missing or obsolete.</summary>
public sealed class ApiDocsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private IHtmlDocument _page = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _page = await _server.Read("/docs/api");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_curl_line_works_as_shown()
    {
        using var account = await _server.Account("you@example.com");
        await RunningServer.Json(await RunningServer.Post(account, "/api/v1/share", ("secret", "mine")));
        var credentials = System.Text.Encoding.UTF8.GetString(
            Convert.FromBase64String(account.DefaultRequestHeaders.Authorization!.Parameter!));
        var blocks = _page.QuerySelectorAll(".shell code");
        Assert.Equal(blocks.Length, _page.QuerySelectorAll("pre code").Count(code => Holds(code, "curl ")));

        var script = string.Join("\nprintf '\\n\\036\\n'\n", blocks.Select(block => block.TextContent));
        var output = await Bash.Run(script.Replace("you@example.com:TOKEN", credentials, StringComparison.Ordinal));
        var answers = blocks.Zip(output.Split('\u001e'))
            .ToDictionary(pair => pair.First.Id![..^"-shell".Length], pair => JsonNode.Parse(pair.Second)!, StringComparer.Ordinal);

        Assert.Equal(("new", 3600), ((string?)answers["share"]["state"], (int?)answers["share"]["ttl"]));
        Assert.Matches("^[a-z0-9]{20}$", (string?)answers["generate"]["value"]);
        Assert.Equal("correct horse battery staple", (string?)answers["reveal"]["value"]);
        Assert.Equal("received", (string?)answers["receipt"]["state"]);
        Assert.Equal("burned", (string?)answers["burn"]["state"]!["state"]);
        Assert.Equal("you@example.com", (string?)Assert.Single(answers["recent"].AsArray())!["custid"]);
        Assert.Equal("nominal", (string?)answers["status"]["status"]);
        Assert.Equal("nominal", (string?)answers["authcheck"]["status"]);
        Assert.Equal("first line\nsecond line", await Reveal(answers["encoding-json"]));
        Assert.Equal("first line\nsecond line\n", await Reveal(answers["encoding-file"]));
        Assert.Equal("hello", await Reveal(answers["encoding-query"]));
        Assert.Equal(11, answers.Count);
    }

    [Fact]
    public void Example_answers_use_only_field_names_of_the_API()
    {
        var known = _server.Get<EndpointDataSource>().Endpoints.Select(Action).OfType<ControllerActionDescriptor>()
            .SelectMany(action => action.EndpointMetadata.OfType<Microsoft.AspNetCore.Mvc.ProducesResponseTypeAttribute>())
            .Select(produces => produces.Type.GetElementType() ?? produces.Type)
            .SelectMany(body => body.GetProperties())
            .Select(property => V1Answer.Json.PropertyNamingPolicy!.ConvertName(property.Name)).ToHashSet(StringComparer.Ordinal);
        var shown = _page.QuerySelectorAll(".answer")
            .SelectMany(answer => answer.TextContent.Split('"').Where((_, i) => i % 2 == 1 && IsName(answer.TextContent, i)));
        Assert.All(shown, name => Assert.Contains(name, known));
    }

    [Fact]
    public void The_page_lists_exactly_the_routes_of_the_controllers()
    {
        var routes = _server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => Action(endpoint) is not null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Where(method => !HttpMethods.IsHead(method)).Select(method => $"{method} /{endpoint.RoutePattern.RawText}"));
        Assert.Equal(routes.Order(StringComparer.Ordinal), Calls().SelectMany(call => call.Routes).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_lists_exactly_the_parameters_of_each_call()
    {
        foreach (var endpoint in _server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (Action(endpoint) is not { } action)
                continue;
            var takes = action.EndpointMetadata.OfType<TakesAttribute>().SelectMany(attribute => attribute.Names)
                .Concat(endpoint.RoutePattern.Parameters.Select(parameter => $"{{{parameter.Name}}}"));
            var call = Calls().Single(call => call.Routes.Any(route => route.EndsWith(" /" + endpoint.RoutePattern.RawText,
                StringComparison.Ordinal)));
            Assert.Equal(takes.Order(StringComparer.Ordinal), call.Parameters.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_page_lists_exactly_the_fields_of_a_receipt()
    {
        var document = JsonNode.Parse(await _server.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        var fields = document["components"]!["schemas"]!["ReceiptBody"]!["properties"]!.AsObject().Select(property => property.Key);
        var shown = Table("receipts").QuerySelectorAll("tbody th code").Select(code => code.TextContent);
        Assert.Equal(fields.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "")]
    [InlineData("secret/short", "")]
    [InlineData("share", "")]
    [InlineData("share", "secret=x&passphrase=x")]
    [InlineData("share", "secret=x&recipient=a@example.com")]
    [InlineData("share", "secret=%ff")]
    [InlineData("generate", "length=0")]
    [InlineData("generate", "length=1000")]
    [InlineData("receipt/recent", "")]
    public async Task The_page_lists_refusals_word_for_word(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");
        using var answer = path is "receipt/recent"
            ? await _server.Http.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative))
            : await _server.Http.PostAsync(new Uri("/api/v1/" + path, UriKind.Relative), content);
        var intended = answer.Headers.TryGetValues("X-OTS-Intended-Status", out var values) ? values.Single() : "none";
        var message = (string)(await RunningServer.Json(answer))["message"]!;

        Assert.Contains((intended, message), Table("refusals").QuerySelectorAll("tbody tr")
            .Select(row => (row.QuerySelector("th")!.TextContent, row.QuerySelector("td code")!.TextContent)));
    }

    [Fact]
    public async Task The_page_shows_the_configured_limits_and_address_of_this_server()
    {
        await using var server = await RunningServer.Start(
            "--Secrets:MaxBytes=4321", "--Secrets:MaxTtlAnonymous=172800", "--Passphrases:MinLength=9", "--Limits:Creates=77",
            "--Limits:TriesInAll=55", "--Site:PublicUrl=https://secrets.example.com");
        var page = (await server.Read("/docs/api")).Body!.TextContent;

        foreach (var text in (string[])["4,321 bytes", "172800 (2 days)", "9 to 128 characters", "may create 77 secrets", "After 55 ",
                     "curl -s https://secrets.example.com/api/v1/share", "maximum size of 4321 bytes"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain("10,000 bytes", page, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_within_the_page_lead_to_existing_sections() => Assert.All(
        _page.QuerySelectorAll("main nav a"), link => Assert.NotNull(_page.GetElementById(link.GetAttribute("href")!.Split('#')[1])));

    private IEnumerable<(IReadOnlyList<string> Routes, IReadOnlyList<string> Parameters)> Calls()
    {
        foreach (var list in _page.QuerySelectorAll("ul.routes"))
        {
            var routes = list.QuerySelectorAll("code").Select(code => code.TextContent.Split(' '))
                .SelectMany(words => words[..^1].Select(method => $"{method} {words[^1]}"));
            var table = Following(list).TakeWhile(element => !element.ClassList.Contains("shell"))
                .FirstOrDefault(element => element is IHtmlTableElement);
            yield return ([.. routes], [.. table?.QuerySelectorAll("tbody th").Select(name => name.TextContent) ?? []]);
        }
    }

    private IElement Table(string section) => Following(_page.GetElementById(section)!).First(element => element is IHtmlTableElement);

    private static IEnumerable<IElement> Following(IElement element)
    {
        for (var next = element.NextElementSibling; next is not null; next = next.NextElementSibling)
            yield return next;
    }

    private static bool IsName(string json, int quote) => json.Split('"')[quote + 1].StartsWith(':');

    private static bool Holds(IElement element, string text) => element.TextContent.Contains(text, StringComparison.Ordinal);

    private static ControllerActionDescriptor? Action(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ControllerActionDescriptor>();

    private async Task<string?> Reveal(JsonNode receipt) => await _server.Reveal((string)receipt["secret_key"]!);
}
