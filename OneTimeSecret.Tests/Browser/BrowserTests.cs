namespace OneTimeSecret.Tests.Browser;

/// <summary>
/// Base of tests in a browser. They wait for what they expect to see, and never for a fixed time. A test also fails if one of its
/// visits has recorded an unexpected error.
/// </summary>
public abstract class BrowserTests(Chromium chromium) : IAsyncDisposable
{
    private readonly List<Visit> _visits = [];

    protected Chromium Chromium { get; } = chromium;

    /// <summary>Starts a server with these settings.</summary>
    private protected static Task<RunningServer> Serve(params string[] settings) =>
        RunningServer.Start([.. settings]);

    /// <summary>Starts the visit of a new visitor, whose browser has no cookies yet.</summary>
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
