using System.Text;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>A browser without script: keeps cookies, and sends forms with the hidden fields of the page that was opened last.</summary>
/// <param name="server">The server.</param>
/// <param name="headers">Headers of every request. Each line ends with CR LF.</param>
internal sealed partial class Visitor(Uri server, string headers = "") : IDisposable
{
    public const string Password = "a long enough password";

    private readonly Wire _wire = new(server);
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    /// <summary>The Cookie header. It ends with CR LF.</summary>
    public string Cookies => _cookies.Count == 0
        ? "" : $"Cookie: {string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"))}\r\n";

    /// <summary>The hidden fields of the page that was opened last, as they are posted.</summary>
    public string Hidden { get; private set; } = "";

    /// <summary>The antiforgery token of the page that was opened last, as it is posted.</summary>
    public string Token { get; private set; } = "";

    public async Task<Reply> Open(string path)
    {
        var reply = Keep(await _wire.Ask(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{Cookies}\r\n")));
        var fields = HiddenField().Matches(reply.Text)
            .DistinctBy(field => field.Groups["name"].Value, StringComparer.Ordinal)
            .Select(field => $"{field.Groups["name"].Value}={Uri.EscapeDataString(field.Groups["value"].Value)}").ToList();
        Hidden = string.Join('&', fields);
        Token = fields.Find(field => field.StartsWith("__RequestVerificationToken", StringComparison.Ordinal)) ?? "";
        return reply;
    }

    /// <summary>Sends the form of the page that was opened last.</summary>
    public async Task<Reply> Send(string path, string fields)
    {
        var form = $"{Hidden}&{fields}";
        return Keep(await _wire.Ask(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{Cookies}Content-Type: application/x-www-form-urlencoded\r\n"
            + $"Content-Length: {form.Length}\r\n\r\n{form}")));
    }

    /// <summary>Signs in. The form must have been opened before.</summary>
    public async Task<int> SignIn(string email)
    {
        var reply = await Send("/signin", $"Input.Email={Uri.EscapeDataString(email)}&Input.Password={Uri.EscapeDataString(Password)}");
        return reply.Status;
    }

    /// <summary>Forgets the session, so that the next sign-in comes from an unknown browser.</summary>
    public void SignOut()
    {
        foreach (var name in _cookies.Keys.Where(name => !name.Contains("form", StringComparison.Ordinal)).ToList())
            _cookies.Remove(name);
    }

    public void Dispose() => _wire.Dispose();

    private Reply Keep(Reply reply)
    {
        foreach (Match cookie in Cookie().Matches(Encoding.Latin1.GetString(reply.Head.Span)))
            _cookies[cookie.Groups["name"].Value] = cookie.Groups["value"].Value;
        return reply;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>_[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("^Set-Cookie: (?<name>[^=]+)=(?<value>[^;\r]*)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex Cookie();
}
