using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>
/// An answer of the v1 API. Old clients know only 200 and 404, so a refusal has status 404 and its real status is in the header
/// <c>X-OTS-Intended-Status</c>. Only this class knows this rule.
/// </summary>
internal sealed class V1Answer : IActionResult
{
    private const string IntendedStatus = "X-OTS-Intended-Status";

    /// <summary>
    /// The header that says what is malformed or missing. The message does not say it, because old clients compare its text.
    /// </summary>
    private const string Reason = "X-OTS-Reason";

    /// <summary>
    /// Only quotes, backslashes, control characters and characters beyond the basic multilingual plane are escaped, because scripts
    /// without a JSON parser cut values out of the text. This is safe, because <c>nosniff</c> makes browsers treat it only as JSON.
    /// </summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = ReceiptBody.Resolver,
    };

    /// <summary>The reason in <see cref="TooSlow"/>.</summary>
    public const string TooSlowReason = "The body took too long to arrive.";

    private readonly object _body;
    private int _status = StatusCodes.Status404NotFound;
    private int? _intended;
    private string? _reason;
    private TimeSpan _retryAfter;

    private V1Answer(object body) => _body = body;

    public static V1Answer Ok(object body) => new(body) { _status = StatusCodes.Status200OK };

    public static V1Answer Refused(string message, int intended) => new(new MessageBody(message)) { _intended = intended };

    /// <summary>The answer to malformed parameters.</summary>
    /// <param name="reason">A fixed sentence in ASCII that repeats no input.</param>
    public static V1Answer Malformed(string reason) =>
        new(new MessageBody("Incorrect payload format")) { _intended = StatusCodes.Status400BadRequest, _reason = reason };

    /// <summary>The answer to a body that arrived too slowly. Nothing was done.</summary>
    public static V1Answer TooSlow() =>
        new(new MessageBody("Incorrect payload format")) { _intended = StatusCodes.Status408RequestTimeout, _reason = TooSlowReason };

    public static V1Answer TooLarge(int maxBytes) =>
        Refused($"Secret value exceeds the maximum size of {maxBytes} bytes", StatusCodes.Status400BadRequest);

    /// <summary>The answer to credentials that are missing, wrong or not enough.</summary>
    /// <param name="intended">The real status.</param>
    /// <param name="reason">What a valid token lacks, as a fixed sentence in ASCII. Null: nothing is said.</param>
    public static V1Answer NotAuthorized(int intended, string? reason = null) =>
        new(new MessageBody("Not authorized")) { _intended = intended, _reason = reason };

    public static V1Answer RateLimited(TimeSpan retryAfter) =>
        new(new MessageBody("Apologies dear citizen! You have been rate limited."))
        {
            _intended = StatusCodes.Status429TooManyRequests, _retryAfter = retryAfter,
        };

    /// <summary>The same answer for a revealed, burned, expired or unknown key and for a wrong passphrase.</summary>
    public static V1Answer UnknownSecret(string key) => new(new UnknownSecretBody("Unknown secret", key));

    /// <summary>The answer to a text that is too short to be a key.</summary>
    public static V1Answer NotFound() => new(new MessageBody("Not Found"));

    public static V1Answer NoSuchRoute() => new(new ErrorBody("Not Found"));

    /// <summary>The status is not 404, because a client would conclude that the secret is gone.</summary>
    public static V1Answer Unavailable(TimeSpan retryAfter) =>
        new(new MessageBody("The server is busy. Nothing was done; try again later."))
        {
            _status = StatusCodes.Status503ServiceUnavailable, _retryAfter = retryAfter,
        };

    /// <summary>The status is not 404, because a client would conclude that the secret is gone.</summary>
    private static V1Answer Blocked() =>
        new(new MessageBody("Your network is blocked on this server. Nothing was done.")) { _status = StatusCodes.Status403Forbidden };

    private static V1Answer Fault() => new(new ErrorBody("Internal Server Error")) { _status = StatusCodes.Status500InternalServerError };

    /// <summary>The answer to a request that did not reach a controller or whose controller failed.</summary>
    public static V1Answer Of(Problem problem, TimeSpan retryAfter) => problem switch
    {
        Problem.Blocked => Blocked(),
        Problem.BadForm => Malformed("The request cannot be read."),
        Problem.TooSlow => TooSlow(),
        Problem.RateLimited => RateLimited(retryAfter),
        Problem.Busy or Problem.Full or Problem.Maintenance => Unavailable(retryAfter),
        _ => Fault(),
    };

    public Task ExecuteResultAsync(ActionContext context) => Write(context.HttpContext);

    /// <summary>Writes the answer, then clears a secret value in it, even if writing fails.</summary>
    public async Task Write(HttpContext context)
    {
        using var value = _body as IDisposable;
        var response = context.Response;
        response.StatusCode = _status;
        if (_intended is { } intended)
            response.Headers[IntendedStatus] = intended.ToString(CultureInfo.InvariantCulture);
        if (_reason is not null)
            response.Headers[Reason] = _reason;
        response.RetryAfter(_retryAfter);
        await response.WriteAsJsonAsync(_body, _body.GetType(), Json, "application/json; charset=utf-8", context.RequestAborted);
    }
}

/// <summary>The body of a refusal.</summary>
public sealed record MessageBody(string Message);

/// <summary>The key is unknown or no longer valid, or the passphrase was wrong.</summary>
public sealed record UnknownSecretBody(string Message, string SecretKey);

/// <summary>The body of an answer to an unknown route, or of a failure.</summary>
public sealed record ErrorBody(string Error);
