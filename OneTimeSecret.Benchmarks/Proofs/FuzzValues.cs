using System.Text;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>Values, headers and bytes that break careless programs.</summary>
internal static class FuzzValues
{
    /// <summary>Percent-encoded, so that they fit into paths and forms.</summary>
    public static readonly string[] Encoded =
    [
        "", "%20", "%00", "a%00b", "%", "%zz", "%F", "%FF%FE", "%C0%AF", "%ED%A0%80", "%F0%9F%94%91", "%E2%80%8B", "%E2%80%AE", "%CC%81",
        "%C5%BF", "%C4%B0", "+", "%2B", "%2F", "%2e%2e%2f", "..", "...", "%5C", "%0D%0AX-Forged:%201", "%0A", "%3Cscript%3E", "%22%27%3E",
        "0", "1", "-1", "12", "128", "129", "2147483648", "99999999999999999999", "1e9", "0x10", "NaN", "3600s", "3600.9", "true",
        "false", "on", "null", "undefined", "%5B%5D", "%7B%7D", "%7B%22secret%22%3A%22x%22%7D", "'%20OR%201%3D1--", "a@example.com",
        "A@EXAMPLE.COM", "a@[127.0.0.1]", "a@b@c", "@", "%22a%20b%22@example.com", "00000000-0000-0000-0000-000000000000", "2026-01-01",
        "9999-12-31", "0001-01-01", "2026-13-45", "asc", "oldest", "new", "lowercase,numbers", "en", "de-DE", "text", "secret",
    ];

    public static readonly string[] Headers =
    [
        "Accept: */*", "Accept: application/json", "Accept: ;;;", "Accept-Language: de", "Accept-Language: xx-YY;q=9,;;",
        "Accept-Encoding: gzip, br", "Range: bytes=0-1", "Range: bytes=9-1,,", "If-None-Match: *", "If-None-Match: \"x\"",
        "If-Modified-Since: never", "If-Match: W/\"", "Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-origin", "Referer: http://localhost/", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: not an address",
        "X-Forwarded-Proto: javascript", "X-Forwarded-Host: evil.example", "X-HTTP-Method-Override: DELETE", "X-Original-URL: /admin",
        "Authorization: Basic", "Authorization: Basic Og==", "Authorization: Basic !!!!", "Authorization: Bearer x",
        "Authorization: Basic b3duZXJAZXhhbXBsZS5jb206b3RzX3h4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4", "Last-Event-ID: 1",
        "Cookie: a=b; a=c; =; ;;", "Cookie: ots-session=CfDJ8garbage; ots-form=CfDJ8garbage", "Connection: keep-alive, X-Foo",
        "Upgrade: websocket", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA", "Expect: 100-continue", "TE: trailers",
        "Transfer-Encoding: identity", "Content-Encoding: gzip", "Content-Language: zz", "Sec-Purpose: prefetch", "DNT: 1",
        "X: \u00FF\u00FE",
        "User-Agent:", "User-Agent: ${jndi:ldap://x}", "Forwarded: for=\"_x\"", "Max-Forwards: 0", "Via: 1.1 x", "Priority: u=0",
    ];

    public static readonly string[] ContentTypes =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "application/json", "text/json",
        "application/problem+json", "multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=" + Long,
        "multipart/mixed; boundary=b", "text/plain", "text/plain; charset=\"", "application/octet-stream", "", "/", "a/b/c", "*/*",
    ];

    public static readonly string[] Methods =
        ["GET", "HEAD", "POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get", "PROPFIND", "PRI"];

    private const string Long = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    private static readonly string[] Json =
    [
        "{}", "[]", "null", "1", "\"", "{", "{\"secret\":", "{\"secret\":1}", "{\"secret\":null}", "{\"secret\":[]}",
        "{\"secret\":{\"a\":1}}",
        "{\"secret\":\"\\ud800\"}", "{\"secret\":\"\\u0000\"}", "{\"secret\":\"a\",\"secret\":\"b\"}", "{\"secret\":\"a\",\"ttl\":1e999}",
        "{\"secret\":\"a\",\"ttl\":-0.0}", "{\"secret\":\"a\",\"ttl\":\"x\"}", "{\"secret\":\"a\",\"recipient\":[1,null,{}]}",
        "{\"secret\":\"a\",\"character_sets\":{\"lowercase\":\"maybe\"}}", "{\"length\":99999999999}", "{\"length\":true}",
        "{\"a\":\u00FF}",
        "[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]", "{\"secret\":\"a\"}x", "{\"passphrase\":\"a\"}", "{'secret':'a'}", "NaN",
    ];

    private static readonly string[] Multipart =
    [
        "--b\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\nx\r\n--b--\r\n", "--b", "--b--", "--b\r\n\r\n", "\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"secret\"; filename=\"../x\"\r\nContent-Type: a\r\n\r\n\0\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "--b\r\nContent-Disposition: form-data; name=secret",
        "--b\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\neA==\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name*=utf-8''%FF\r\n\r\n\u00FF\r\n--b--\r\n",
    ];

    /// <summary>A value for a path, a query or a form.</summary>
    public static string Value(Dice dice) => dice.Below(12) switch
    {
        0 => dice.Key(),
        1 => dice.Key(dice.Below(40)),
        2 when dice.Chance(30) => new string('x', dice.Below(70_000)),
        3 => string.Concat(Enumerable.Repeat(dice.Pick(Encoded), dice.Below(20))),
        _ => dice.Pick(Encoded),
    };

    /// <summary>A body that is no form, as Latin-1 characters.</summary>
    public static string Body(Dice dice) => dice.Below(4) switch
    {
        0 => dice.Pick(Json),
        1 => dice.Pick(Multipart),
        2 => Noise(dice, dice.Below(dice.Chance(20) ? 200_000 : 300)),
        _ => dice.Pick(Encoded),
    };

    public static string Noise(Dice dice, int length) => string.Create(length, dice, (text, random) =>
    {
        foreach (ref var character in text)
            character = (char)random.Below(256);
    });

    /// <summary>Changes some bytes: flips bits, inserts, removes, doubles, or cuts off the end.</summary>
    public static byte[] Mutate(byte[] request, Dice dice)
    {
        var bytes = request.ToList();
        for (var changes = 1 + dice.Below(4); changes > 0 && bytes.Count > 1; changes--)
        {
            // Most parsers work on the first lines.
            var at = dice.Below(dice.Chance(700) ? Math.Min(bytes.Count, 200) : bytes.Count);
            switch (dice.Below(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << dice.Below(8));
                    break;
                case 1:
                    bytes[at] = (byte)dice.Below(256);
                    break;
                case 2:
                    bytes.Insert(at, dice.Pick("\0\r\n :/%?#\t\u007F\u0080\u00FF,;=\"".Select(character => (byte)character).ToArray()));
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(1 + dice.Below(4), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(dice.Below(60), bytes.Count - at)));
                    break;
                case 5:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(dice.Pick(Encoded)));
                    break;
            }
        }
        return [.. bytes];
    }
}
