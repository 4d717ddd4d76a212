using System.Text;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>Bytes that are no proper request: bad request lines, headers and chunks, and attempts to smuggle a second request.</summary>
internal static class HostileBytes
{
    private const string Smuggled = "POST /api/v1/secret/KEY HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";

    private static readonly string[] Templates =
    [
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\r\n\r\n", "\r\n\r\n\r\n", "GET\r\n",
        " GET / HTTP/1.1\r\n\r\n",
        "GET  /  HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET / HTTP/1.1\nHost: localhost\n\n", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n: no name\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nX: \0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \u00FF\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost:99999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET http://localhost/secret/KEY HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET http://evil.example/secret/KEY HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /\u00FF\u00FE HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /%FF%FE%C0%AF HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /secret/KEY%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%2e%2e/%2e%2e/keyring HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /\\..\\onetimesecret.db HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET //evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /;/admin HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /secret/KEY#frag HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET ?x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\nx",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nsecre",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5, 5\r\n\r\nsecre",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsecret=cut",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\nsecret=large",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=\"\r\nsecre\r\n0\r\nX: y\r\n\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsecretlonger\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nSMUGGLED",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nSMUGGLED",
 
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\nSMUGGLED",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\nSMUGGLED",
        "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\nSMUGGLED",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: SMUGGLED\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 999-maybe\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n",
        "GET /_blazor?id=x HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://localhost\r\n\r\n\u0081\u00FF\u00FF\u00FF",
        "POST /_blazor/negotiate?negotiateVersion=99 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        "POST /_blazor/initializers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00FC\u0003\u0003",
        "\0\0\0\0\0\0\0\0",
    ];

    /// <summary>The next bytes to send.</summary>
    /// <param name="dice">Chooses.</param>
    /// <param name="key">The key of a secret with a passphrase, which no request discloses.</param>
    public static byte[] Next(Dice dice, string key)
    {
        var template = dice.Below(40) switch
        {
            0 => $"GET /{new string('a', dice.Below(100_000))} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            1 => $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('b', dice.Below(60_000))}\r\n\r\n",
            2 => $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", dice.Below(300)))}\r\n",
            3 => FuzzValues.Noise(dice, dice.Below(2000)),
            4 => string.Concat(Enumerable.Repeat("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n", dice.Below(30))),
            _ => dice.Pick(Templates),
        };
        var text = template.Replace("SMUGGLED", Smuggled, StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text);
    }
}
