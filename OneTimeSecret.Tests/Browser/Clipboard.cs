using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The clipboard, which all visits of a browser share, so tests that copy take turns.</summary>
internal sealed class Clipboard : IDisposable
{
    private static readonly SemaphoreSlim Turn = new(1);

    private Clipboard()
    {
    }

    /// <summary>Waits until nobody else has it; disposing gives it back.</summary>
    public static async Task<Clipboard> Take()
    {
        await Turn.WaitAsync();
        return new Clipboard();
    }

    /// <summary>Reads it in a page that is in front and has the permission.</summary>
    public static Task<string> Read(IPage page) => page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

    public void Dispose() => Turn.Release();
}
