using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Counts the bytes that a page receives, without its icon, which browsers load at any time, and endless event streams.</summary>
internal sealed class Traffic
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private long _bytes;

    public static async Task<Traffic> Watch(ICDPSession devTools)
    {
        var traffic = new Traffic();
        devTools.Event("Network.requestWillBeSent").OnEvent += (_, sent) => traffic.Began(sent!.Value);
        devTools.Event("Network.loadingFinished").OnEvent += (_, done) => traffic.Ended(done!.Value);
        devTools.Event("Network.loadingFailed").OnEvent += (_, failed) => traffic.Ended(failed!.Value);
        await devTools.SendAsync("Network.enable");
        return traffic;
    }

    /// <summary>Bytes of headers and compressed bodies, once all requests have ended.</summary>
    public async Task<long> Bytes()
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < Patience)
        {
            lock (_open)
            {
                if (_open.Count == 0)
                    return _bytes;
            }
            await Task.Delay(20);
        }
        throw new TimeoutException($"{_open.Count} requests of the page never ended.");
    }

    private void Began(JsonElement sent)
    {
        if (sent.GetProperty("type").GetString() is "Other" or "EventSource")
            return;
        lock (_open)
            _open.Add(Id(sent));
    }

    private void Ended(JsonElement ended)
    {
        lock (_open)
        {
            if (_open.Remove(Id(ended)) && ended.TryGetProperty("encodedDataLength", out var length))
                _bytes += (long)length.GetDouble();
        }
    }

    private static string Id(JsonElement of) => of.GetProperty("requestId").GetString()!;
}
