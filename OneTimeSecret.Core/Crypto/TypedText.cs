using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Gives passphrases and passwords one spelling, Unicode's normalization form C (UAX 15), because keyboards differ: macOS may send "é" as
/// an "e" and an accent, and Windows as one character.
/// </summary>
internal static class TypedText
{
    /// <summary>The text in normalization form C. Null: it contains an unpaired surrogate, so it is no Unicode text.</summary>
    public static string? Normalize(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Refuses a runtime that does not normalize, because right passphrases would then not match.</summary>
    /// <exception cref="PlatformNotSupportedException">The runtime leaves text as it is, as in invariant globalization mode.</exception>
    public static void EnsureNormalizes()
    {
        if (!string.Equals(Normalize("e\u0301"), "\u00E9", StringComparison.Ordinal))
        {
            throw new PlatformNotSupportedException(
                "This runtime does not normalize Unicode text, so passphrases and passwords with accents would not match. "
                + "Install ICU (package libicu on most systems), and do not set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT. "
                + "Nothing was started.");
        }
    }
}
