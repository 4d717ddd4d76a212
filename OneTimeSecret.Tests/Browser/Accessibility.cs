using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The rules of axe: WCAG A and AA with the size of targets, which axe leaves out by itself, and its own best practices.</summary>
internal static class Accessibility
{
    private static readonly AxeRunOptions Rules = new()
    {
        Rules = new(StringComparer.Ordinal) { ["target-size"] = new() { Enabled = true } },
    };

    public static async Task Check(IPage page, string state)
    {
        var found = await page.RunAxe(Rules);
        Assert.NotEmpty(found.Passes);
        var violations =
            from violation in found.Violations
            from node in violation.Nodes
            select $"\n{violation.Id}: {violation.Help}\n  at {node.Target}\n  {node.Html}";
        Assert.True(found.Violations.Length == 0, $"{state} is not accessible{string.Concat(violations)}");
    }
}
