namespace OneTimeSecret.Web.Components.Docs;

/// <summary>All calls of API v1. Their bash lines can be run in this order.</summary>
internal static class ApiCalls
{
    private const string Api = "/api/v1";

    private static readonly (string, string)[] OfCreates =
        [("passphrase", "passphrase"), ("ttl", "ttl"), ("recipient", "recipient"), ("share_domain", "share_domain")];

    /// <summary>The calls, with bash lines for this server.</summary>
    /// <param name="origin">The server's scheme and host.</param>
    public static IReadOnlyList<ApiCall> On(string origin) =>
    [
        new("Share", [$"POST {Api}/share", $"POST {Api}/create"], [("secret", "secret"), .. OfCreates],
            $"""
            curl -s {origin}{Api}/share \
              -d 'secret=correct horse battery staple' -d ttl=3600 \
              | tee receipt.json
            """,
            """
            {"custid":"anon", "metadata_key":"6kq3…", "secret_key":"x0v9…", "ttl":3600, "state":"new", … }
            """),
        new("Generate", [$"POST {Api}/generate"], [("length", "length"), ("character_sets", "character_sets"), .. OfCreates],
            $"""
            curl -s {origin}{Api}/generate \
              -d length=20 -d character_sets=lowercase,numbers \
              | tee generated.json
            """,
            """
            {"custid":"anon", "metadata_key":"b81t…", "secret_key":"m4z7…", "value":"n6x0qe8v3kd5h2wu9ra7", … }
            """),
        new("Reveal", [$"POST {Api}/secret/{{key}}"], [("{key}", "key"), ("passphrase", "given_passphrase")],
            $"""
            {Key("secret_key", "receipt.json")}
            curl -s -X POST {origin}{Api}/secret/$KEY
            """,
            $$"""
            {"value":"correct horse battery staple", "secret_key":"x0v9…", "share_domain":"{{origin}}"}
            """),
        new("Receipt", Receipts("GET POST", "/{key}"), [("{key}", "metadata_key")],
            $"""
            {Key("metadata_key", "receipt.json")}
            curl -s {origin}{Api}/receipt/$KEY
            """,
            """
            {"custid":"anon", "metadata_key":"6kq3…", "ttl":3600, "state":"received", "received":1767225600, … }
            """),
        new("Burn", Receipts("POST", "/{key}/burn"), [("{key}", "metadata_key"), ("passphrase", "given_passphrase")],
            $"""
            {Key("metadata_key", "generated.json")}
            curl -s -X POST {origin}{Api}/receipt/$KEY/burn
            """,
            """
            {"state":{"metadata_key":"b81t…", "secret_key":"", "state":"burned", … }, "secret_shortkey":"m4z7c2ax"}
            """),
        new("Recent", Receipts("GET", "/recent"), [],
            $"curl -s -u you@example.com:TOKEN {origin}{Api}/receipt/recent",
            """
            [{"custid":"you@example.com", "metadata_key":"w2p5…", "secret_key":null, "state":"new", … }, … ]
            """),
        new("Status", [$"GET {Api}/status"], [], $"curl -s {origin}{Api}/status", """{"status":"nominal", "locale":"en"}"""),
        new("AuthCheck", [$"GET {Api}/authcheck"], [],
            $"curl -s -u you@example.com:TOKEN {origin}{Api}/authcheck", """{"status":"nominal", "locale":"en"}"""),
    ];

    /// <summary>Other encodings of a request, each with the name of the text that introduces it.</summary>
    public static IReadOnlyList<(string Name, string Shell)> Encodings(string origin) =>
    [
        ("Json",
            $$"""
            curl -s {{origin}}{{Api}}/share -H 'Content-Type: application/json' \
              -d '{"secret":"first line\nsecond line","ttl":3600}'
            """),
        ("File",
            $"""
            printf 'first line\nsecond line\n' > note.txt
            curl -s {origin}{Api}/share -F secret=@note.txt -F ttl=3600
            """),
        ("Query",
            $"""
            curl -s -X POST \
              '{origin}{Api}/share?secret=hello&ttl=3600'
            """),
    ];

    /// <summary>The routes of a receipt call, under each of its three path names.</summary>
    private static IReadOnlyList<string> Receipts(string methods, string rest) =>
        [$"{methods} {Api}/receipt{rest}", $"{methods} {Api}/private{rest}", $"{methods} {Api}/metadata{rest}"];

    /// <summary>A bash line that reads a key from a saved answer.</summary>
    private static string Key(string name, string file) => $"""KEY=$(sed 's/.*"{name}":"\([^"]*\)".*/\1/' {file})""";
}
