using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The rules of axe: WCAG A and AA with the size of targets, which axe leaves out by itself, and its own best practices.</summary>
internal static class Accessibility
{
    private const string Run =
        """
        async () => (await axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })).violations.flatMap(
            violation => violation.nodes.map(node => `${violation.id}: ${violation.help}\n  at ${node.target}\n  ${node.html}`))
        """;

    private static readonly string Axe = $"window.axe || {new BundledAxeScriptProvider().GetScript()}; undefined";

    public static async Task Check(IPage page, string state)
    {
        await page.EvaluateAsync(Axe);
        var violations = await page.EvaluateAsync<string[]>(Run);
        Assert.True(violations.Length == 0, $"{state} is not accessible\n{string.Join('\n', violations)}");
    }
}
