using System.Globalization;
using System.Text.RegularExpressions;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Web.Components.Parts;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Resources;
using QRCoder;

namespace OneTimeSecret.Tests.Components;

public sealed partial class PartsTests
{
    [Theory]
    [InlineData(60, "1 minute", "60 seconds")]
    [InlineData(61, "61 seconds", "61 seconds")]
    [InlineData(3600, "1 hour", "60 minutes")]
    [InlineData(5400, "90 minutes", "90 minutes")]
    [InlineData(86_399, "86,399 seconds", "23 hours")]
    [InlineData(604_800, "7 days", "7 days")]
    [InlineData(604_799, "604,799 seconds", "6 days")]
    [InlineData(1, "1 second", "1 second")]
    [InlineData(0, "0 days", "0 seconds")]
    public void A_duration_is_shown_exactly_or_rounded_down(int seconds, string whole, string about)
    {
        using var rendering = new Rendering();
        var text = rendering.Services.GetRequiredService<IStringLocalizer<Texts>>();
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-US");
        Assert.Equal((whole, about), (Span.Words(text, seconds), Span.About(text, seconds)));
    }

    [Fact]
    public void A_QR_code_is_drawn_module_by_module()
    {
        const string Link = "https://secrets.example.com/secret/0123456789abcdefghijklmnopqrstu";
        using var rendering = new Rendering();
        var drawn = rendering.Render<QrCode>(code => code.Add(c => c.Content, Link).Add(c => c.Name, "QR <code>"));
        Assert.Equal("QR <code>", drawn.Find("svg").GetAttribute("aria-label"));

        using var generator = new QRCodeGenerator();
        using var wanted = generator.CreateQrCode(Link, QRCodeGenerator.ECCLevel.M);
        var dark = new HashSet<(int X, int Y)>();
        foreach (Match run in Run().Matches(drawn.Find("path").GetAttribute("d")!))
        {
            var (x, y, length) = (Number(run, "x"), Number(run, "y"), Number(run, "length"));
            Assert.Equal(x, Number(run, "back")); // back to where the run began
            for (var i = 0; i < length; i++)
                Assert.True(dark.Add((x + i, y)));
        }
        for (var y = 0; y < wanted.ModuleMatrix.Count; y++)
            for (var x = 0; x < wanted.ModuleMatrix.Count; x++)
                Assert.Equal(wanted.ModuleMatrix[y][x], dark.Contains((x, y)));
    }

    /// <summary>No compiler reports a missing text whose key is composed at run time.</summary>
    [Fact]
    public void Every_text_key_that_is_composed_at_run_time_has_a_text()
    {
        using var rendering = new Rendering();
        foreach (var problem in Enum.GetValues<Problem>())
            Assert.DoesNotMatch(@"Problem\.", rendering.Render<ProblemText>(p => p.Add(text => text.Problem, problem)).Markup);
        foreach (var what in Enum.GetValues<Gone.What>())
            Assert.DoesNotMatch(@"Gone\.", rendering.Render<Gone>(p => p.Add(gone => gone.Of, what)).Markup);
        var text = rendering.Services.GetRequiredService<IStringLocalizer<Texts>>();
        foreach (var state in Enum.GetNames<ReceiptState>())
            Assert.All((string[])[$"Receipt.{state}", $"Receipt.{state}.Title"], key => Assert.False(text[key].ResourceNotFound, key));
        foreach (var (unit, _) in Span.Units)
            Assert.All((string[])["One", "Many", "Unit"], form => Assert.False(text[$"Span.{unit}.{form}"].ResourceNotFound, unit));
    }

    private static int Number(Match run, string group) => int.Parse(run.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(?<x>\d+) (?<y>\d+)h(?<length>\d+)v1H(?<back>\d+)z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Run();
}
