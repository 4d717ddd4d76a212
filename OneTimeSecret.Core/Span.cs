using System.Globalization;
using Microsoft.Extensions.Localization;

namespace OneTimeSecret.Core;

/// <summary>Durations in words, for pages and mails. The texts are named <c>Span.…</c>.</summary>
public static class Span
{
    /// <summary>The units, largest first.</summary>
    public static IReadOnlyList<(string Name, int Seconds)> Units { get; } =
        [("Days", 86_400), ("Hours", 3_600), ("Minutes", 60), ("Seconds", 1)];

    /// <summary>The exact duration in the largest unit that divides it, such as "7 days" or "90 minutes".</summary>
    public static string Words(IStringLocalizer text, int seconds) =>
        Words(text, seconds, Units.First(unit => seconds % unit.Seconds == 0));

    /// <summary>The duration rounded down, in the largest unit that fits at least twice: "6 days", "40 hours", "59 minutes".</summary>
    public static string About(IStringLocalizer text, int seconds) =>
        Words(text, seconds, Units.FirstOrDefault(unit => seconds >= 2 * unit.Seconds, Units[^1]));

    /// <summary>A waiting time, rounded up to a second and then written by <see cref="About(IStringLocalizer, int)"/>.</summary>
    public static string About(IStringLocalizer text, TimeSpan wait) => About(text, (int)Math.Ceiling(wait.TotalSeconds));

    private static string Words(IStringLocalizer text, int seconds, (string Name, int Seconds) unit)
    {
        var count = seconds / unit.Seconds;
        return text[$"Span.{unit.Name}.{(count == 1 ? "One" : "Many")}", count.ToString("N0", CultureInfo.CurrentCulture)];
    }
}
