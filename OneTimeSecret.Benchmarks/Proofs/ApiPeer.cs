using System.Text;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>What a client was told about a call.</summary>
internal enum Told
{
    /// <summary>Status 200, with a whole answer.</summary>
    Done,

    /// <summary>Status 404 or another refusal.</summary>
    Refused,

    /// <summary>Status 503: nothing was done.</summary>
    Busy,

    /// <summary>Another status of 500 and above.</summary>
    Fault,

    /// <summary>No whole answer arrived: the server was killed, or the connection was cut. The call may have had its effect.</summary>
    Unknown,
}

/// <summary>The answer of a call.</summary>
internal readonly record struct Answer(Told Told, string Body)
{
    /// <summary>The text of a field of the JSON object.</summary>
    public string? Field(string name)
    {
        var begin = $"\"{name}\":\"";
        var at = Body.IndexOf(begin, StringComparison.Ordinal);
        return at < 0 ? null : Body[(at + begin.Length)..Body.IndexOf('"', at + begin.Length)];
    }
}

/// <summary>A client of the API on one connection.</summary>
internal sealed class ApiPeer(Uri server, string? headers = null) : IDisposable
{
    private readonly Wire _wire = new(server);

    public Task<Answer> Share(string value, string? passphrase = null) =>
        Call("/api/v1/share", $"secret={value}{(passphrase is null ? "" : "&passphrase=" + passphrase)}");

    public Task<Answer> Reveal(string key, string? passphrase = null) =>
        Call("/api/v1/secret/" + key, passphrase is null ? "" : "passphrase=" + passphrase);

    public Task<Answer> Burn(string metadataKey) => Call($"/api/v1/receipt/{metadataKey}/burn", "");

    public Task<Answer> Receipt(string metadataKey) => Call("/api/v1/receipt/" + metadataKey, "");

    /// <summary>Sends a reveal and closes the connection at once.</summary>
    public Task CutReveal(string key) => _wire.Cut(Request("/api/v1/secret/" + key, ""));

    /// <summary>Sends a reveal and does not read the answer. Disposing this client closes the connection.</summary>
    public Task StartReveal(string key) => _wire.Start(Request("/api/v1/secret/" + key, ""));

    public void Dispose() => _wire.Dispose();

    private async Task<Answer> Call(string path, string form)
    {
        var reply = await _wire.Ask(Request(path, form));
        var body = reply.Text;
        var told = reply.Status switch
        {
            <= 0 => Told.Unknown,
            200 => body is [.., '}' or ']'] ? Told.Done : Told.Unknown,
            503 => Told.Busy,
            >= 500 => Told.Fault,
            _ => Told.Refused,
        };
        return new Answer(told, body);
    }

    private byte[] Request(string path, string form) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\n"
        + $"Content-Length: {form.Length}\r\n\r\n{form}");
}
