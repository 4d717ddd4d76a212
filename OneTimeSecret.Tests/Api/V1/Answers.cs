using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>Checks answers of the API v1: the headers of every answer, and the exact status and body of each refusal.</summary>
internal static class Answers
{
    private const string IntendedStatus = "X-OTS-Intended-Status";

    public static async Task<JsonObject> Ok(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        CarriesTheUsualHeaders(answer);
        Assert.False(answer.Headers.Contains(IntendedStatus));
        return await RunningServer.Json(answer);
    }

    /// <summary>A refusal: 404, a body with only a message, and the intended status in a header (null: no such header).</summary>
    public static Task Refused(Task<HttpResponseMessage> sending, string message, int? intended = 400) =>
        Is(sending, 404, intended, new JsonObject { ["message"] = message });

    public static Task NotAuthorized(Task<HttpResponseMessage> sending, int intended = 401) => Refused(sending, "Not authorized", intended);

    /// <summary>A refused body: the message is fixed, and the header X-OTS-Reason says what is wrong.</summary>
    public static async Task<string> Malformed(Task<HttpResponseMessage> sending)
    {
        var answer = await sending;
        await Refused(Task.FromResult(answer), "Incorrect payload format");
        var reason = Header(answer, "X-OTS-Reason");
        Assert.Matches("^[A-Z].+\\.$", reason);
        return reason!;
    }

    public static Task Unknown(Task<HttpResponseMessage> sending, string key) =>
        Is(sending, 404, null, new JsonObject { ["message"] = "Unknown secret", ["secret_key"] = key });

    public static Task NoSuchRoute(Task<HttpResponseMessage> sending) =>
        Is(sending, 404, null, new JsonObject { ["error"] = "Not Found" });

    public static async Task<TimeSpan> RateLimited(Task<HttpResponseMessage> sending)
    {
        var answer = await sending;
        await Refused(Task.FromResult(answer), "Apologies dear citizen! You have been rate limited.", 429);
        return answer.Headers.RetryAfter!.Delta!.Value;
    }

    /// <summary>A busy server: 503 with Retry-After, because old clients would take a 404 for a secret that is gone.</summary>
    public static async Task Busy(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        CarriesTheUsualHeaders(answer);
        Assert.Equal("message", Assert.Single(await RunningServer.Json(answer)).Key);
    }

    public static async Task Is(Task<HttpResponseMessage> sending, int status, int? intended, JsonObject body)
    {
        using var answer = await sending;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((status, body.ToJsonString()), ((int)answer.StatusCode, JsonNode.Parse(text)!.ToJsonString()));
        CarriesTheUsualHeaders(answer);
        Assert.Equal(intended?.ToString(System.Globalization.CultureInfo.InvariantCulture), Header(answer, IntendedStatus));
    }

    public static void CarriesTheUsualHeaders(HttpResponseMessage answer)
    {
        Assert.StartsWith("no-store", Header(answer, "Cache-Control"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Matches("^[0-9a-f]{16}$", Header(answer, "x-request-id"));
        Assert.Empty(answer.Headers.WwwAuthenticate);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    /// <summary>Counts secrets, receipts and mails in the database. A refused request must not change these numbers.</summary>
    public static async Task<(int Secrets, int Receipts, int Mails)> Rows(this RunningServer server)
    {
        await using var db = server.Database();
        return (await db.Secrets.CountAsync(), await db.Receipts.CountAsync(), await db.Outbox.CountAsync());
    }

    public static Task<HttpResponseMessage> Send(this RunningServer server, string method, string path, HttpContent? body = null) =>
        server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = body });

    public static Task<HttpResponseMessage> Get(this HttpClient http, string path) => http.GetAsync(new Uri(path, UriKind.Relative));

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;
}
