using System.Net;
using System.Text;

namespace OneTimeSecret.Tests.Live;

/// <summary>Reads the event stream of a receipt page as it arrives.</summary>
internal sealed class LiveStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly StreamReader _lines;

    private LiveStream(HttpResponseMessage answer, Stream body) => (Answer, _lines) = (answer, new StreamReader(body, Encoding.UTF8));

    public HttpResponseMessage Answer { get; }

    public bool Refused => Answer.StatusCode == HttpStatusCode.NoContent;

    public static async Task<LiveStream> Open(HttpClient http, string metadataKey, string? client = null, string route = "receipt")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/{route}/{metadataKey}/events", UriKind.Relative));
        if (client is not null)
            request.Headers.Add("X-Forwarded-For", client);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new LiveStream(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The data of the next event, null at the end of the stream. An event is one line of data and an empty line.</summary>
    public async Task<string?> Next()
    {
        if (await _lines.ReadLineAsync().WaitAsync(Patience) is not { } line)
            return null;
        Assert.Equal("", await _lines.ReadLineAsync().WaitAsync(Patience));
        Assert.StartsWith("data: ", line, StringComparison.Ordinal);
        return line["data: ".Length..];
    }

    public void Dispose()
    {
        _lines.Dispose();
        Answer.Dispose();
    }
}
