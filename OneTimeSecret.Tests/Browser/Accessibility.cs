using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The rules of axe: WCAG A and AA with the size of targets, which axe leaves out by itself, and its own best practices.</summary>
internal static class Accessibility
{
    private static readonly string Axe = $"window.axe || {new BundledAxeScriptProvider().GetScript()}; undefined";

    /// <summary>By itself, because the library's own runner opens another page for every run, which takes six times as long.</summary>
    private const string Run =
        """
        async () => {
            const found = await axe.run({ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] });
            const violations = found.violations.flatMap(violation => violation.nodes.map(node =>
                `\n${violation.id}: ${violation.help}\n  at ${node.target}\n  ${node.html}`));
            return [found.passes.length.toString(), ...violations];
        }
        """;

    public static async Task Check(IPage page, string state)
    {
        await page.EvaluateAsync(Axe);
        var found = await page.EvaluateAsync<string[]>(Run);
        Assert.NotEqual("0", found[0], StringComparer.Ordinal);
        Assert.True(found.Length == 1, $"{state} is not accessible{string.Concat(found[1..])}");
    }
}
