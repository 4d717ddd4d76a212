using System.Globalization;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Parses the text of parameters (docs/contract.md, Parameters).</summary>
internal static class ParameterRules
{
    /// <summary>
    /// The lifetime in seconds: the leading integer of the text (<c>3600s</c> is 3600). A missing or blank text gives null, which means
    /// the default. Any other text gives 0, which is later raised to the minimum. This never fails.
    /// </summary>
    public static long? Ttl(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        text = text.Trim();
        var negative = text[0] == '-';
        var digits = text[(text[0] is '-' or '+' ? 1 : 0)..];
        digits = digits[..digits.TakeWhile(char.IsAsciiDigit).Count()];
        if (digits.Length == 0 || negative)
            return 0;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : long.MaxValue;
    }

    /// <summary>The password's length. Blank: the default. Not a whole number: 0, too short. Overflow: the maximum, too long.</summary>
    public static int Length(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return PasswordRecipe.DefaultLength;
        text = text.Trim();
        if (!text.All(char.IsAsciiDigit))
            return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : int.MaxValue;
    }

    /// <summary>The character sets that are switched on. Unknown names are ignored.</summary>
    public static CharacterSets Sets(IReadOnlyDictionary<string, bool>? flags)
    {
        var sets = CharacterSets.None;
        foreach (var (name, on) in flags ?? new Dictionary<string, bool>(StringComparer.Ordinal))
        {
            if (!on)
                continue;
            sets |= name.ToLowerInvariant() switch
            {
                "uppercase" => CharacterSets.Uppercase,
                "lowercase" => CharacterSets.Lowercase,
                "numbers" => CharacterSets.Numbers,
                "symbols" => CharacterSets.Symbols,
                "exclude_ambiguous" => CharacterSets.ExcludeAmbiguous,
                _ => CharacterSets.None,
            };
        }
        return sets;
    }
}
