using System.Globalization;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>The form of the first page, as it is sent: texts, so that what cannot be read comes back as it was typed.</summary>
internal sealed class ConcealForm
{
    /// <summary>The button that was pressed: create, another or passphrase.</summary>
    public string Do { get; set; } = "";

    /// <summary>own or made.</summary>
    public string Kind { get; set; } = "own";

    public string Secret { get; set; } = "";

    /// <summary>The password that was shown.</summary>
    public string Password { get; set; } = "";

    /// <summary>What <see cref="Password"/> was made by.</summary>
    public string Recipe { get; set; } = "";

    public string Length { get; set; } = "";

    public bool Uppercase { get; set; }

    public bool Lowercase { get; set; }

    public bool Numbers { get; set; }

    public bool Symbols { get; set; }

    public bool ExcludeAmbiguous { get; set; }

    public string Passphrase { get; set; } = "";

    /// <summary>Seconds, or custom.</summary>
    public string Lifetime { get; set; } = "";

    public string Amount { get; set; } = "";

    /// <summary>The seconds of a unit.</summary>
    public string Unit { get; set; } = "";

    /// <summary>The address that the link is mailed to; empty: to none. Null where the form had no such field.</summary>
    public string? Recipient { get; set; }

    public bool IsMade => Kind is "made";

    /// <summary>The text that was meant: browsers send every line break of a text box as CR LF, whatever was pasted.</summary>
    public string SecretText => Secret.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The kinds of characters by name, and whether each is wanted.</summary>
    public IReadOnlyList<(CharacterSets Set, bool On)> Sets =>
    [
        (CharacterSets.Uppercase, Uppercase), (CharacterSets.Lowercase, Lowercase), (CharacterSets.Numbers, Numbers),
        (CharacterSets.Symbols, Symbols), (CharacterSets.ExcludeAmbiguous, ExcludeAmbiguous),
    ];

    /// <summary>Whether the password was made as the form now says.</summary>
    public bool IsPasswordOfRecipe => string.Equals(Recipe, RecipeNow, StringComparison.Ordinal);

    public bool HasRecipe => LengthNumber is >= 1 and <= PasswordRecipe.MaxLength;

    private string RecipeNow => $"{LengthNumber} {WantedSets}";

    private int LengthNumber =>
        int.TryParse(Length, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;

    private CharacterSets WantedSets => Sets.Where(set => set.On).Aggregate(CharacterSets.None, (sets, set) => sets | set.Set);

    /// <summary>The form as it stands when nobody has filled it in.</summary>
    public static ConcealForm Fresh(int ttl)
    {
        var form = new ConcealForm
        {
            Length = PasswordRecipe.DefaultLength.ToString(CultureInfo.InvariantCulture),
            Uppercase = true, Lowercase = true, Numbers = true, Symbols = true, ExcludeAmbiguous = true,
            Lifetime = ttl.ToString(CultureInfo.InvariantCulture),
        };
        form.MakePassword();
        return form;
    }

    public void MakePassword() => (Password, Recipe) = (new PasswordRecipe(LengthNumber, WantedSets).Make(), RecipeNow);
}
