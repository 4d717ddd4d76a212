namespace OneTimeSecret.Tests.Browser;

/// <summary>
/// Tests of pages in a browser. They wait for what they expect to see, and never for a time. A test fails for whatever its visits
/// complain of, besides what it asserts.
/// </summary>
public abstract class BrowserTests(Chromium chromium) : IAsyncDisposable
{
    private readonly List<Visit> _visits = [];

    protected Chromium Chromium { get; } = chromium;

    /// <summary>A server whose passphrases cost as little as they may: what a page shows of them does not depend on it.</summary>
    private protected static Task<RunningServer> Serve(params string[] settings) =>
        RunningServer.Start([.. settings]);

    /// <summary>Somebody new comes to the server, with a browser that knows nothing yet.</summary>
    private protected async Task<Visit> Visit(
        RunningServer server, Screen screen = Screen.DesktopLight, bool script = true, string locale = "en-GB", string timeZone = "UTC",
        bool keepsPages = false, bool byName = false)
    {
        var visit = await Browser.Visit.Start(Chromium, server, screen, script, locale, timeZone, keepsPages, byName);
        _visits.Add(visit);
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visit in _visits)
            await visit.DisposeAsync();
        var complaints = string.Join('\n', _visits.SelectMany(visit => visit.Complaints));
        Assert.True(complaints.Length == 0, complaints);
        GC.SuppressFinalize(this);
    }
}
