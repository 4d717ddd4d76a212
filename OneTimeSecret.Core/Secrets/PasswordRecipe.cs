using System.Security.Cryptography;

namespace OneTimeSecret.Core.Secrets;

/// <summary>How to generate a password.</summary>
/// <param name="Length">Number of characters, 1 to <see cref="MaxLength"/>.</param>
/// <param name="Sets">Kinds of characters. If no kind is enabled: all kinds, without look-alikes.</param>
public sealed record PasswordRecipe(int Length = PasswordRecipe.DefaultLength, CharacterSets Sets = CharacterSets.None)
{
    /// <summary>Number of characters by default.</summary>
    public const int DefaultLength = 12;

    /// <summary>Maximum number of characters.</summary>
    public const int MaxLength = 128;

    private const string LookAlikes = "iloILO10";

    private static readonly (CharacterSets Set, string Characters)[] Kinds =
    [
        (CharacterSets.Uppercase, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (CharacterSets.Lowercase, "abcdefghijklmnopqrstuvwxyz"),
        (CharacterSets.Numbers, "0123456789"),
        (CharacterSets.Symbols, "*$!?()"),
    ];

    /// <summary>
    /// Generates a password of unbiased characters from the CSPRNG, with at least one of each enabled kind if the length allows.
    /// </summary>
    public string Make()
    {
        var kinds = Alphabets();
        var all = string.Concat(kinds);
        if (Length < kinds.Count)
            return RandomNumberGenerator.GetString(all, Length);
        var characters = new char[Length];
        // One character of each kind, the rest from all kinds, then shuffled, so that no position reveals its kind.
        for (var i = 0; i < Length; i++)
            characters[i] = RandomNumberGenerator.GetString(i < kinds.Count ? kinds[i] : all, 1)[0];
        RandomNumberGenerator.Shuffle(characters.AsSpan());
        return new string(characters);
    }

    /// <summary>Whether <see cref="Make"/> could have generated <paramref name="password"/>.</summary>
    public bool Fits(string password)
    {
        var kinds = Alphabets();
        return password.Length == Length
            && !password.AsSpan().ContainsAnyExcept(string.Concat(kinds))
            && (Length < kinds.Count || kinds.TrueForAll(kind => password.AsSpan().ContainsAny(kind)));
    }

    /// <summary>The characters of one kind. For <see cref="CharacterSets.ExcludeAmbiguous"/>: the characters that it leaves out.</summary>
    public static string CharactersOf(CharacterSets kind) => kind is CharacterSets.ExcludeAmbiguous
        ? LookAlikes : Kinds.Single(one => one.Set == kind).Characters;

    private List<string> Alphabets()
    {
        var asked = (Sets & CharacterSets.AllKinds) != CharacterSets.None ? Sets : CharacterSets.AllKinds | CharacterSets.ExcludeAmbiguous;
        return [.. Kinds
            .Where(kind => asked.HasFlag(kind.Set))
            .Select(kind => asked.HasFlag(CharacterSets.ExcludeAmbiguous)
                ? string.Concat(kind.Characters.Where(c => !LookAlikes.Contains(c, StringComparison.Ordinal)))
                : kind.Characters)];
    }
}

/// <summary>Kinds of characters of a generated password.</summary>
[Flags]
public enum CharacterSets
{
    /// <summary>No kind is enabled: the default set.</summary>
    None = 0,

    /// <summary>A to Z.</summary>
    Uppercase = 1,

    /// <summary>a to z.</summary>
    Lowercase = 2,

    /// <summary>0 to 9.</summary>
    Numbers = 4,

    /// <summary><c>* $ ! ? ( )</c></summary>
    Symbols = 8,

    /// <summary>Every kind.</summary>
    AllKinds = Uppercase | Lowercase | Numbers | Symbols,

    /// <summary>Without <c>i l o 1 I L O 0</c>.</summary>
    ExcludeAmbiguous = 16,
}
