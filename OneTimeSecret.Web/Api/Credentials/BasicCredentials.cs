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
internal sealed class BasicCredentials(VerifyToken tokens, RefusalBursts refusals)
{
    private const string Scheme = "Basic ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The account of the request's token. Null without credentials. A refusal is counted for the audit trail.</summary>
    public async Task<(bool Refused, SignedIn? Account)> Read(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.Headers.TryGetValue("Authorization", out var header))
            return (false, null);
        var (email, token) = Decode(header.Count == 1 ? header[0] : null) ?? ("", "");
        var account = await tokens.Run(email, token, cancellation);
        if (account is null)
            refusals.Count(AuditKind.TokenRefused, new Caller(ClientAddress.Of(request.HttpContext).Name));
        return (account is null, account);
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
