using System.Text.Json.Nodes;

namespace OneTimeSecret.Tests.Commands;

/// <summary>Shares and reveals secrets on a server that runs as a separate process.</summary>
internal static class Served
{
    public static Task<string> Share(BuiltProgram server, string secret) => Share(server, secret, "secret_key");

    /// <summary>Conceals, and returns the key of the receipt.</summary>
    public static Task<string> ShareForReceipt(BuiltProgram server, string secret) => Share(server, secret, "metadata_key");

    public static async Task<string?> Reveal(BuiltProgram server, string key)
    {
        using var answer = await server.Http.PostAsync(new Uri($"/api/v1/secret/{key}", UriKind.Relative), content: null);
        return (string?)(await Body(answer))["value"];
    }

    private static async Task<string> Share(BuiltProgram server, string secret, string key)
    {
        using var content = new FormUrlEncodedContent([new("secret", secret)]);
        using var answer = await server.Http.PostAsync(new Uri("/api/v1/share", UriKind.Relative), content);
        return (string)(await Body(answer))[key]!;
    }

    private static async Task<JsonNode> Body(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
}
