using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

/// <summary>
/// Values bound from a request may be blank, missing, repeated or invalid, whatever their type in the code. Every endpoint gets such values
/// in every place and with every method. None of them fails, and every answer of the API has the form of docs/contract.md.
/// </summary>
public sealed class BlankValuesTests : IAsyncLifetime
{
    private const string Json = "application/json";
    private const string FormToken = "__RequestVerificationToken";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"];

    private static readonly string[] RouteValues =
    [
        "", "%20", string.Concat(Enumerable.Repeat("%20", 31)), "%09%0D%0A", "%E2%80%8B", "%00", "%FF", "%2F", "..", "%3Cscript%3E",
    ];

    private static readonly string[] HeaderNames =
    [
        "Accept", "Accept-Encoding", "Accept-Language", "Origin", "Referer", "Sec-Fetch-Site", "User-Agent", "Range", "If-Range",
        "If-Match", "If-None-Match", "If-Modified-Since", "Last-Event-ID", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
        "X-HTTP-Method-Override", "Sec-Purpose",
    ];

    private readonly CapturedLog _log = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private RunningServer _server = null!;
    private HttpClient _http = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(null, _log.Attach, "--Limits:Enabled=false");
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    }

    /// <summary>After all requests the server still works.</summary>
    public async ValueTask DisposeAsync()
    {
        Assert.Equal("still served", await _server.Reveal((await _server.Share("still served")).SecretKey));
        _http.Dispose();
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task No_endpoint_fails_on_blank_missing_repeated_or_invalid_values()
    {
        using var nobody = await new Reader(_server).Open("/");
        using var admin = await _server.SignInAdmin(back: "/account");
        using var account = await _server.Account("api@example.com");
        var endpoints = SweptEndpoint.All(_server.Get<EndpointDataSource>());
        Assert.True(endpoints.Count > 60, $"{endpoints.Count} endpoints");

        await SweepAddresses(endpoints, "", null);
        await SweepForms(endpoints.Where(endpoint => !endpoint.IsGuarded), nobody, null);
        var token = account.DefaultRequestHeaders.Authorization;
        await SweepAddresses(endpoints.Where(endpoint => endpoint.IsGuarded), admin.CookieHeader(), token);
        await SweepForms(endpoints.Where(endpoint => endpoint.IsGuarded || endpoint.IsApi), admin, token);
        Assert.True((await admin.Open("/account")).IsSignedIn()); // no form ended the session, so all forms were sent in it

        Assert.True(_wrong.IsEmpty, $"Of {_asked} requests:\n{string.Join('\n', _wrong.Take(100))}");
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Error ", Ordinal));
        TestContext.Current.TestOutputHelper!.WriteLine($"{_asked} requests to {endpoints.Count} endpoints");
    }

    /// <summary>Kestrel itself refuses characters that are not allowed in a header.</summary>
    [Fact]
    public async Task A_header_with_a_NUL_is_refused()
    {
        foreach (var name in HeaderNames.Concat(["Authorization", "Content-Type", "Cookie"]))
        {
            var answer = await RawConnection.Start(_server, RawConnection.Post("/api/v1/share", "secret=x", $"{name}: a\0b\r\n"));
            Assert.Equal((name, "HTTP/1.1 400 Bad Request"), (name, answer));
        }
    }

    /// <summary>Sends invalid values in the address and the headers, with all methods.</summary>
    private async Task SweepAddresses(IEnumerable<SweptEndpoint> endpoints, string cookie, AuthenticationHeaderValue? credentials)
    {
        var requests = endpoints.SelectMany(endpoint => Addresses(endpoint, cookie, credentials));
        await Parallel.ForEachAsync(
            requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (request, _) => await Ask(request));
    }

    private IEnumerable<HttpRequestMessage> Addresses(SweptEndpoint endpoint, string cookie, AuthenticationHeaderValue? credentials)
    {
        // A page does not read a POST without its antiforgery token. SweepForms posts with the token.
        string[] reading = [.. endpoint.Methods.Where(method => method is not "HEAD" && !(method is "POST" && endpoint.IsPage))];
        if (endpoint.HasParameters)
            foreach (var value in RouteValues)
            foreach (var method in reading)
                yield return With(Request(method, endpoint.At(value)));
        foreach (var method in Methods.Except(reading, StringComparer.Ordinal))
            yield return With(Request(method, endpoint.At("%20")));
        foreach (var query in Queries(endpoint.Query))
        foreach (var method in reading)
            yield return With(Request(method, endpoint.At("a") + query));
        foreach (var method in reading)
        foreach (var values in (string[][])[[""], ["a", " "], ["\"=;,\""]])
        {
            var request = Request(method, endpoint.At("a"));
            foreach (var name in HeaderNames)
                request.Headers.TryAddWithoutValidation(name, values);
            if (cookie.Length == 0)
                request.Headers.TryAddWithoutValidation(
                    "Cookie", values.Select(value => $"{_server.CookieName("session")}={value}; {_server.CookieName("form")}={value}"));
            yield return With(request);
        }
        if (endpoint.IsApi)
            foreach (var values in (string[][])[[""], [" "], ["Basic"], ["Basic "], ["Basic Og=="], ["Basic AA=="], ["Basic a", "Basic b"]])
            {
                var request = Request(endpoint.Methods[0], endpoint.At("a"));
                request.Headers.TryAddWithoutValidation("Authorization", values);
                yield return request;
            }

        HttpRequestMessage With(HttpRequestMessage request)
        {
            if (cookie.Length > 0)
                request.Headers.Add("Cookie", cookie);
            request.Headers.Authorization = credentials;
            return request;
        }
    }

    private static IEnumerable<string> Queries(IReadOnlyList<string> names)
    {
        yield return "?";
        yield return "?&&=&=x&%20=&%00=%00";
        foreach (var pair in (string[])["{0}", "{0}=%20", "{0}=%00", "{0}=a&{0}=b", "{0}=&{0}[x]=%FF%"])
            yield return "?" + string.Join('&', names.Select(name => Filled(pair, name)));
    }

    private static string Filled(string pattern, string name) => pattern.Replace("{0}", name, Ordinal);

    /// <summary>Posts invalid values. Pages get them with a valid antiforgery token, and also without one.</summary>
    private async Task SweepForms(IEnumerable<SweptEndpoint> endpoints, Reader reader, AuthenticationHeaderValue? credentials)
    {
        var (cookie, token) = (reader.CookieHeader(), reader.Value($"input[name={FormToken}]"));
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Methods.Contains("POST", StringComparer.Ordinal)))
        {
            var (key, metadata) = await _server.Share("x");
            var isLink = endpoint.Route.Contains("/secret/", Ordinal) || endpoint.Route.Contains("/shared/", Ordinal);
            var address = endpoint.At(isLink ? key : metadata);
            foreach (var form in SweptEndpoint.Form.Merge(endpoint.Forms.Concat(await Shown(endpoint, address, reader))))
            foreach (var body in Bodies(form, endpoint.IsApi ? null : token))
            {
                var request = Request("POST", address);
                request.Content = body;
                request.Headers.Authorization = credentials;
                if (!endpoint.IsApi)
                    request.Headers.Add("Cookie", cookie);
                await Ask(request);
            }
        }
    }

    /// <summary>The forms of the rendered page, because not all forms bind fields.</summary>
    private static async Task<IEnumerable<SweptEndpoint.Form>> Shown(SweptEndpoint endpoint, string address, Reader reader)
    {
        if (!endpoint.IsPage)
            return [];
        IEnumerable<SweptEndpoint.Form> forms = [];
        await reader.Elsewhere(async tab =>
        {
            await tab.Open(address);
            forms = [.. tab.Page.Forms.Select(form => new SweptEndpoint.Form(
                form.QuerySelector("[name=_handler]")?.GetAttribute("value") ?? "",
                [.. form.QuerySelectorAll("[name]").Select(field => field.GetAttribute("name")!)
                    .Where(name => name is not ("_handler" or FormToken)).Distinct(StringComparer.Ordinal)]))];
        });
        return forms.Where(form => form.Handler.Length > 0);
    }

    private static IEnumerable<HttpContent> Bodies(SweptEndpoint.Form form, string? token)
    {
        (string Name, string Value)[] frame = token is null ? [] : [("_handler", form.Handler), (FormToken, token)];
        foreach (var values in (string[][])[[], [""], [" "], ["a\0b", ""], ["\u200B", "x"], ["\uFFFE<'\""]])
            yield return Encoded([.. frame, .. form.Fields.SelectMany(name => values.Select(value => (name, value)))]);
        yield return Encoded([.. frame, .. form.Fields.SelectMany(name => new[] { (name + "[]", ""), (name + "[x].y", "\0") })]);
        var parts = new MultipartFormDataContent("frontier");
        foreach (var (name, value) in frame.Concat(form.Fields.Select(name => (name, ""))))
            parts.Add(new StringContent(value), name);
        parts.Add(new StringContent(""), "\"\"", "\"\"");
        yield return parts;
        if (form.Handler.Length > 0)
            yield break;
        yield return Encoded([("_handler", ""), (FormToken, "")]);
        foreach (var type in (string[])["", ";", Json, "multipart/form-data", "multipart/form-data; boundary=\"\"", "a/b; charset="])
            yield return Typed(type, "");
        foreach (var member in (string[])["\"{0}\":null,\"{0}\":\"\\u0000\"", "\"\":\"\",\"{0}\":\" \""])
            yield return Typed(Json, $"{{{string.Join(',', form.Fields.Append("x").Select(name => Filled(member, name)))}}}");
    }

    private static FormUrlEncodedContent Encoded((string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static ByteArrayContent Typed(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    /// <summary>A request whose address is sent unchanged.</summary>
    private HttpRequestMessage Request(string method, string path) => new(new HttpMethod(method), new Uri(
        _server.Origin + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

    private async Task Ask(HttpRequestMessage request)
    {
        using var sent = request;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        var body = await answer.Content.ReadAsStringAsync(patience.Token);
        Interlocked.Increment(ref _asked);
        var content = request.Content is FormUrlEncodedContent form ? await form.ReadAsStringAsync(patience.Token) : $"{request.Content}";
        if (Flaw(request, answer, body) is { } flaw)
            _wrong.Enqueue($"{request.Method} {request.RequestUri!.OriginalString} {content}: {(int)answer.StatusCode}, {flaw}");
    }

    private static string? Flaw(HttpRequestMessage request, HttpResponseMessage answer, string body)
    {
        var (status, path) = ((int)answer.StatusCode, request.RequestUri!.OriginalString);
        if (status >= 500)
            return "a fault";
        if (!answer.Headers.Contains("x-request-id"))
            return status == 400 && body.Length == 0 ? null : "an answer that is not ours"; // Kestrel's own refusal
        if (request.Method == HttpMethod.Head)
            return body.Length == 0 ? null : "a body";
        if (new Uri(path).AbsolutePath.StartsWith("/api/", OrdinalIgnoreCase))
            return status switch
            {
                200 => null,
                404 when body.StartsWith("{\"message\":\"", Ordinal) || body is """{"error":"Not Found"}""" => null,
                _ => $"not the API's: {body}",
            };
        return status < 400 || body.Contains("<h1", Ordinal) || path.Contains("/_blazor", Ordinal) ? null : $"no page: {body}";
    }
}
