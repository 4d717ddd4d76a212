using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>A client of the API that sends calls without pause and records the time of each.</summary>
internal sealed class Client(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>Milliseconds of every call that was not answered 503.</summary>
    public List<double> Times { get; } = [];

    /// <summary>Calls that were answered 503.</summary>
    public int Busy { get; private set; }

    /// <summary>Creates and reveals secrets without a passphrase until it is cancelled.</summary>
    public async Task CreateAndReveal(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await Call("/api/v1/share", ("secret", "a short secret")) is { } receipt)
                await Call($"/api/v1/secret/{receipt.GetProperty("secret_key").GetString()}");
        }
    }

    /// <summary>Creates secrets without a passphrase until it is cancelled.</summary>
    public async Task Create(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await Call("/api/v1/share", ("secret", "a short secret"));
    }

    /// <summary>Creates secrets with a passphrase and sends five wrong passphrases for each, until it is cancelled.</summary>
    public async Task CreateAndGuess(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var receipt = await Call("/api/v1/share", ("secret", "guarded"), ("passphrase", "correct horse"));
            for (var guess = 0; guess < 5 && receipt is { } made && !stop.IsCancellationRequested; guess++)
                await Call($"/api/v1/secret/{made.GetProperty("secret_key").GetString()}", ("passphrase", $"guess {guess}"));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement?> Call(string path, params (string Name, string Value)[] fields)
    {
        var start = Stopwatch.GetTimestamp();
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            Busy++;
        else
            Times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return answer.IsSuccessStatusCode ? body : null;
    }
}
