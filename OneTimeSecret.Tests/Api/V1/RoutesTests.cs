using static System.StringComparison;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Routes: which paths and methods exist, and that all others answer 404.</summary>
public sealed class RoutesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"];

    private static readonly (string Path, string Methods)[] Routes =
    [
        ("status", "GET HEAD"), ("authcheck", "GET HEAD"),
        ("share", "POST"), ("create", "POST"), ("generate", "POST"), ("secret/{secret}", "POST"),
        ("private/{metadata}", "GET HEAD POST"), ("metadata/{metadata}", "GET HEAD POST"), ("receipt/{metadata}", "GET HEAD POST"),
        ("private/{metadata}/burn", "POST"), ("metadata/{metadata}/burn", "POST"), ("receipt/{metadata}/burn", "POST"),
        ("private/recent", "GET HEAD"), ("metadata/recent", "GET HEAD"), ("receipt/recent", "GET HEAD"),
    ];

    private RunningServer Server => shared.Server;

    public static TheoryData<string, string> WrongMethods() =>
    [
        .. from route in Routes
           from method in Methods.Except(route.Methods.Split(' '), StringComparer.Ordinal)
           select (method, route.Path),
    ];

    public static TheoryData<string> Readable() =>
        [.. Routes.Where(route => route.Methods.StartsWith("GET", Ordinal)).Select(route => route.Path)];

    [Fact]
    public async Task Status_is_nominal()
    {
        var answer = await Answers.Ok(Server.Http.Get("/api/v1/status"));
        Assert.Equal("""{"status":"nominal","locale":"en"}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Authcheck_answers_nominal_to_accounts_and_refuses_others()
    {
        using var account = await Server.Account("authcheck@example.com");
        var answer = await Answers.Ok(account.Get("/api/v1/authcheck"));
        Assert.Equal("""{"status":"nominal","locale":"en"}""", answer.ToJsonString());
        await Answers.NotAuthorized(Server.Http.Get("/api/v1/authcheck"));
    }

    [Theory]
    [InlineData("share")]
    [InlineData("create")]
    public async Task Share_and_create_both_conceal_a_secret(string route)
    {
        var receipt = await Answers.Ok(Server.Post($"/api/v1/{route}", ("secret", "both names")));
        Assert.Equal("both names", await Server.Reveal((string)receipt["secret_key"]!));
    }

    [Fact]
    public async Task A_generated_password_is_the_value_that_is_revealed()
    {
        var receipt = await Answers.Ok(Server.Post("/api/v1/generate"));
        Assert.Equal((string)receipt["value"]!, await Server.Reveal((string)receipt["secret_key"]!));
    }

    [Theory]
    [InlineData("private")]
    [InlineData("metadata")]
    [InlineData("receipt")]
    public async Task A_receipt_is_read_listed_and_burned_under_all_names_of_the_route(string route)
    {
        using var account = await Server.Account($"{route}@example.com");
        var receipt = await Answers.Ok(RunningServer.Post(account, "/api/v1/share", ("secret", "x")));
        var key = (string)receipt["metadata_key"]!;

        Assert.Equal(receipt.ToJsonString(), (await Answers.Ok(Server.Http.Get($"/api/v1/{route}/{key}"))).ToJsonString());
        Assert.Equal(receipt.ToJsonString(), (await Answers.Ok(Server.Post($"/api/v1/{route}/{key}"))).ToJsonString());
        using var recent = await account.Get($"/api/v1/{route}/recent");
        Assert.Contains(key, await recent.Content.ReadAsStringAsync(), Ordinal);
        var burned = await Answers.Ok(Server.Post($"/api/v1/{route}/{key}/burn"));
        Assert.Equal("burned", (string?)burned["state"]!["state"]);
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task HEAD_answers_as_GET_without_a_body(string route)
    {
        var path = "/api/v1/" + await WithKeys(route);
        using var got = await Server.Send("GET", path);
        using var head = await Server.Send("HEAD", path);

        Assert.Equal(got.StatusCode, head.StatusCode);
        Assert.Equal(Names(got), Names(head));
        Assert.NotEmpty(await got.Content.ReadAsByteArrayAsync());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Answers.CarriesTheUsualHeaders(head);

        static string Names(HttpResponseMessage answer) => string.Join(' ', answer.Headers.Concat(answer.Content.Headers)
            .Select(header => header.Key).Where(name => name is not "Transfer-Encoding").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(WrongMethods))]
    public async Task A_wrong_method_is_not_found_and_changes_nothing(string method, string route)
    {
        var path = "/api/v1/" + await WithKeys(route);
        var before = await Server.Rows();
        var body = method is "TRACE" or "HEAD" ? null : new FormUrlEncodedContent([new("secret", "x")]);

        using var answer = await Server.Send(method, path, body);
        if (method is "HEAD")
            Assert.Equal((404, 0), ((int)answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
        else
            await Answers.NoSuchRoute(Task.FromResult(answer));

        Answers.CarriesTheUsualHeaders(answer);
        Assert.False(answer.Content.Headers.Contains("Allow"));
        Assert.Equal(before, await Server.Rows());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/secret")]
    [InlineData("/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/burn")]
    [InlineData("/private/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/burn/more")]
    [InlineData("/shares/1")]
    public async Task An_unknown_route_is_not_found_with_any_method(string path)
    {
        foreach (var method in Methods.Where(method => method is not "HEAD"))
            await Answers.NoSuchRoute(Server.Send(method, "/api/v1" + path));
    }

    [Fact]
    public async Task GET_and_HEAD_change_nothing()
    {
        var (secret, metadata) = await Server.Share("still here");
        var before = (await Server.Receipt(metadata)).ToJsonString();
        foreach (var (route, _) in Routes)
            foreach (var method in (string[])["GET", "HEAD"])
                (await Server.Send(method, "/api/v1/" + Filled(route, secret, metadata) + "?secret=x&passphrase=")).Dispose();

        Assert.Equal(before, (await Server.Receipt(metadata)).ToJsonString());
        Assert.Equal("still here", await Server.Reveal(secret));
    }

    [Fact]
    public async Task Recent_is_never_read_as_a_key() =>
        await Answers.NotAuthorized(Server.Http.Get("/api/v1/private/recent"));

    private async Task<string> WithKeys(string route)
    {
        if (!route.Contains('{', Ordinal))
            return route;
        var (secret, metadata) = await Server.Share("x");
        return Filled(route, secret, metadata);
    }

    private static string Filled(string route, string secret, string metadata) =>
        route.Replace("{secret}", secret, Ordinal).Replace("{metadata}", metadata, Ordinal);
}
