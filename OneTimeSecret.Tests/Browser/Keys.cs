using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>A person who uses only the keyboard. Each element that gets the focus must show it.</summary>
internal sealed class Keys(Visit visit)
{
    /// <summary>
    /// Whether the focused element has a focus ring and the one before has none any more. A control that is too small to be seen has the
    /// ring at its label.
    /// </summary>
    private const string Shows =
        """
        () => {
            const ring = element => {
                const style = getComputedStyle(element);
                return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !style.outlineColor.endsWith(', 0)');
            };
            const { activeElement } = document;
            const now = activeElement.getBoundingClientRect().width < 4 ? activeElement.closest('label') : activeElement;
            const before = window.before;
            window.before = now;
            return now === document.body || (ring(now) && (!before || before === now || !ring(before)));
        }
        """;

    public Task Type(string text) => visit.Page.Keyboard.TypeAsync(text);

    /// <summary>Presses a key, such as Enter or Space, on the focused element.</summary>
    public Task Press(string key) => visit.Page.Keyboard.PressAsync(key);

    /// <summary>Moves the focus to the next element.</summary>
    public Task Tab() => Step("Tab");

    /// <summary>Moves the focus to the target with Tab or another key, past all elements in between.</summary>
    public async Task To(ILocator target, string key = "Tab")
    {
        var stops = new List<string>();
        do
        {
            Assert.True(stops.Count < 30, $"No way to {target} over {string.Join(", ", stops)}");
            stops.Add(await Step(key));
        }
        while (!await target.EvaluateAsync<bool>("target => target === document.activeElement"));
    }

    private async Task<string> Step(string key)
    {
        await Press(key);
        var stop = await visit.Page.EvaluateAsync<string>("() => document.activeElement.outerHTML.slice(0, 100)");
        var shows = await visit.Page.EvaluateAsync<bool>(Shows);
        Assert.True(shows, $"{stop} does not show that it has the focus, or the element before still shows it");
        return stop;
    }
}
