using System.Globalization;
using Microsoft.Extensions.Localization;

namespace OneTimeSecret.Core;

/// <summary>Lifetimes in words, for pages and mails. The texts are those named <c>Span.…</c>.</summary>
public static class Span
{
    /// <summary>Units that people choose from, the largest first.</summary>
    public static IReadOnlyList<(string Name, int Seconds)> Units { get; } =
        [("Days", 86_400), ("Hours", 3_600), ("Minutes", 60), ("Seconds", 1)];

    /// <summary>The span in the largest unit that tells it whole, such as "7 days" or "90 minutes".</summary>
    public static string Words(IStringLocalizer text, int seconds) =>
        Words(text, seconds, Units.First(unit => seconds % unit.Seconds == 0));

    /// <summary>What is left, in the largest unit of which there are at least two: "6 days", "40 hours", "59 minutes".</summary>
    public static string About(IStringLocalizer text, int seconds) =>
        Words(text, seconds, Units.FirstOrDefault(unit => seconds >= 2 * unit.Seconds, Units[^1]));

    /// <summary>How long to wait, rounded up to a second, in the words of <see cref="About(IStringLocalizer, int)"/>.</summary>
    public static string About(IStringLocalizer text, TimeSpan wait) => About(text, (int)Math.Ceiling(wait.TotalSeconds));

    private static string Words(IStringLocalizer text, int seconds, (string Name, int Seconds) unit)
    {
        var count = seconds / unit.Seconds;
        return text[$"Span.{unit.Name}.{(count == 1 ? "One" : "Many")}", count.ToString("N0", CultureInfo.CurrentCulture)];
    }
}
