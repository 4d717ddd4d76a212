using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The clipboard. All visits of a browser share it, so tests that copy take turns.</summary>
internal sealed class Clipboard : IDisposable
{
    private static readonly SemaphoreSlim Turn = new(1);

    private Clipboard()
    {
    }

    /// <summary>Waits until no other test uses the clipboard. Disposing releases it.</summary>
    public static async Task<Clipboard> Take()
    {
        await Turn.WaitAsync();
        return new Clipboard();
    }

    /// <summary>Reads the clipboard in a page that is in front and has the permission.</summary>
    public static Task<string> Read(IPage page) => page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

    public void Dispose() => Turn.Release();
}
