using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Checks pages with axe: WCAG A and AA, axe's best practices, and target sizes, which axe does not check by default.</summary>
internal static class Accessibility
{
    private const string Run =
        """
        async only => {
            if (!('axe' in window)) {
                if (!('bringAxe' in window)) return null;
                bringAxe();
            }
            const { violations } = await axe.run({
                resultTypes: ['violations'],
                rules: { 'target-size': { enabled: true } },
                ...(only.length ? { runOnly: { type: 'rule', values: only } } : {}),
            });
            return violations.flatMap(
                violation => violation.nodes.map(node => `${violation.id}: ${violation.help}\n  at ${node.target}\n  ${node.html}`));
        }
        """;

    private static readonly string[] Colour = ["color-contrast", "link-in-text-block"];
    private static readonly string[] ColourAndSize = [.. Colour, "target-size", "scrollable-region-focusable"];

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Makes axe available in every document that the page opens from now on. It only runs in a check.</summary>
    public static Task Prepare(IPage page) => page.AddInitScriptAsync($"window.bringAxe = () => {{ {Axe} }}");

    /// <summary>Runs all rules on a light desktop, and on other screens only the rules whose result can differ there.</summary>
    public static async Task Check(IPage page, Screen screen, string state)
    {
        string[] only = screen switch
        {
            Screen.DesktopLight => [],
            Screen.DesktopDark => Colour,
            _ => ColourAndSize,
        };
        var violations = await page.EvaluateAsync<string[]?>(Run, only);
        if (violations is null)
        {
            await page.EvaluateAsync($"{Axe}; undefined");
            violations = await page.EvaluateAsync<string[]>(Run, only);
        }
        Assert.True(violations.Length == 0, $"{state} ({screen}) is not accessible\n{string.Join('\n', violations)}");
    }
}
