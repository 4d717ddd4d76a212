using System.Text;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.Credentials;

/// <summary>
/// HTTP Basic authentication with account e-mail and API token (RFC 7617). An invalid header is refused even if the call allows anonymous
/// callers. Every invalid header causes the same database queries, so its timing does not tell what is wrong.
/// </summary>
internal sealed class BasicCredentials(VerifyToken tokens, RateLimits limits, RefusalBursts refusals)
{
    private const string Scheme = "Basic ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the account of the request's token. A refusal is counted for the audit trail and by the rate limit.</summary>
    public async Task<BasicOutcome> Read(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.Headers.TryGetValue("Authorization", out var header))
            return new BasicOutcome.Anonymous();
        var (email, token) = Decode(header.Count == 1 ? header[0] : null) ?? ("", "");
        if (await tokens.Run(email, token, cancellation) is { } account)
            return new BasicOutcome.Valid(account);
        var client = request.HttpContext.Client();
        if (limits.Refuse(RateLimit.RefusedCredentials, client, account: null) is { } wait)
            return new BasicOutcome.Refused(wait);
        refusals.Count(AuditKind.TokenRefused, new Caller(client.Name));
        return new BasicOutcome.Refused(null);
    }

    private static (string Email, string Token)? Decode(string? header)
    {
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            return null;
        var encoded = header.AsSpan(Scheme.Length).Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
            return null;
        try
        {
            var pair = StrictUtf8.GetString(bytes.AsSpan(0, length));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 && colon < pair.Length - 1 ? (pair[..colon], pair[(colon + 1)..]) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>The outcome of reading a request's credentials.</summary>
internal abstract record BasicOutcome
{
    private BasicOutcome() { }

    /// <summary>There is no header.</summary>
    public sealed record Anonymous : BasicOutcome;

    /// <summary>The header holds an account's valid token.</summary>
    public sealed record Valid(SignedIn Account) : BasicOutcome;

    /// <summary>The header is invalid. <paramref name="Wait"/>: the client sends too many of them; null: it does not.</summary>
    public sealed record Refused(TimeSpan? Wait) : BasicOutcome;
}
