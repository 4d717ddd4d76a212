using System.Globalization;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Core.Generations;

/// <summary>The generation of a database, as a line of text. Every line has the same length, so one write replaces it.</summary>
/// <param name="Database">The id of the database.</param>
/// <param name="Number">The number of the generation, at most the one in the database.</param>
internal sealed partial record GenerationLine(Guid Database, long Number)
{
    /// <summary>The only line of <paramref name="text"/>. Null: the text is something else.</summary>
    public static GenerationLine? Parse(string text) => Line().Match(text) is { Success: true } found
        && long.TryParse(found.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? new GenerationLine(Guid.ParseExact(found.Groups["database"].ValueSpan, "N"), number)
        : null;

    /// <summary>The line with its end.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"generation database={Database:N} number={Number:D19}\n");

    [GeneratedRegex(
        @"^generation database=(?<database>[0-9a-f]{32}) number=(?<number>\d{19})\n$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
