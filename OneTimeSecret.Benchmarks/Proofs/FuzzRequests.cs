using System.Globalization;
using System.Text;
using OneTimeSecret.Tests.Http;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>One request of the fuzz.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="IsHead">Whether the answer has no body.</param>
/// <param name="Ends">Whether the bytes may be no proper request, so that the connection is not used again.</param>
internal readonly record struct Shot(byte[] Bytes, bool IsHead, bool Ends);

/// <summary>
/// Makes requests of three sorts: valid ones for every endpoint and all values that it reads, with odd values; valid ones with changed
/// bytes; and hostile bytes. No request contains the key of a secret where it would disclose the secret.
/// </summary>
internal sealed class FuzzRequests(FuzzTarget target, Dice dice)
{
    private static readonly string[] Safe = ["GET", "HEAD", "OPTIONS", "TRACE"];

    public Shot Next()
    {
        if (dice.Chance(40))
            return new Shot(HostileBytes.Next(dice, dice.Pick(target.Guarded).SecretKey!), IsHead: false, Ends: true);
        var (bytes, method) = Request();
        return dice.Chance(120)
            ? new Shot(FuzzValues.Mutate(bytes, dice), IsHead: false, Ends: true)
            : new Shot(bytes, method is "HEAD", Ends: method is "CONNECT" or "PRI");
    }

    private (byte[] Bytes, string Method) Request()
    {
        var endpoint = dice.Pick(dice.Chance(500) ? target.Api : target.Others);
        var method = dice.Pick(endpoint.Methods.Count > 0 && dice.Chance(850) ? endpoint.Methods : FuzzValues.Methods);
        var session = dice.Pick(target.Sessions);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{method} {Path(endpoint, method)}{Query(endpoint)} HTTP/1.1\r\nHost: localhost\r\n");
        if (!endpoint.IsApi || dice.Chance(50))
            text.Append(session.Cookies);
        for (var headers = dice.Below(3); headers > 0; headers--)
            text.Append(dice.Pick(FuzzValues.Headers)).Append("\r\n");
        if (method is "GET" or "HEAD" && dice.Chance(950))
            return (Bytes(text.Append("\r\n")), method);

        var (body, type) = Body(endpoint, session.Token);
        if (type.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        if (dice.Chance(50))
            text.Append(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        else
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n{body}");
        return (Bytes(text), method);
    }

    private static byte[] Bytes(StringBuilder text) => Encoding.Latin1.GetBytes(text.ToString());

    private string Path(SweptEndpoint endpoint, string method) => endpoint.HasParameters
        ? endpoint.At(Key(Safe.Contains(method, StringComparer.Ordinal)))
        : dice.Chance(20) ? endpoint.Route + "/" + FuzzValues.Value(dice) : endpoint.Route;

    /// <summary>
    /// The keys of secrets without a passphrase go only into methods that change nothing. A key that differs in one character goes
    /// everywhere.
    /// </summary>
    private string Key(bool isSafe)
    {
        var entry = dice.Pick(isSafe && dice.Chance(700) ? target.Open : target.Guarded);
        return dice.Below(6) switch
        {
            0 => FuzzValues.Value(dice),
            1 => dice.Key(),
            2 => entry.MetadataKey!,
            3 => Changed(dice.Pick(target.Open).SecretKey!),
            _ => entry.SecretKey!,
        };
    }

    private string Changed(string key)
    {
        var at = dice.Below(key.Length);
        return string.Concat(key.AsSpan(0, at), key[at] == 'a' ? "b" : "a", key.AsSpan(at + 1));
    }

    private string Query(SweptEndpoint endpoint)
    {
        if (dice.Chance(600))
            return "";
        var query = new StringBuilder("?");
        for (var values = 1 + dice.Below(3); values > 0; values--)
            query.Append(CultureInfo.InvariantCulture, $"{dice.Pick(endpoint.Query)}{Suffix()}={Shown(dice.Pick(endpoint.Query))}&");
        return query.ToString();
    }

    private (string Body, string Type) Body(SweptEndpoint endpoint, string token)
    {
        if (dice.Chance(150))
            return (FuzzValues.Body(dice), dice.Pick(FuzzValues.ContentTypes));
        var form = dice.Pick(endpoint.Forms);
        var body = new StringBuilder();
        if (form.Handler.Length > 0)
            body.Append(CultureInfo.InvariantCulture, $"_handler={Uri.EscapeDataString(form.Handler)}&");
        if (dice.Chance(600))
            body.Append(CultureInfo.InvariantCulture, $"{token}&");
        foreach (var field in form.Fields.Where(_ => dice.Chance(800)))
            body.Append(CultureInfo.InvariantCulture, $"{field}{Suffix()}={Shown(field)}&");
        return (body.ToString(), dice.Chance(950) ? FuzzValues.ContentTypes[0] : dice.Pick(FuzzValues.ContentTypes));
    }

    private string Suffix() => dice.Chance(20) ? dice.Pick(["[]", "[0]", "[a]", ".", ".x", "%5B%5D"]) : "";

    /// <summary>A hash takes a tenth of a second, so most passphrases and passwords are blank.</summary>
    private string Shown(string field) =>
        field.Contains("ass", StringComparison.Ordinal) && dice.Chance(990) ? "" : FuzzValues.Value(dice);
}
