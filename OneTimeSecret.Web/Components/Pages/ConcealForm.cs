using System.Globalization;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// The form of the first page, as it is sent: texts, so that what cannot be read comes back as it was typed. The framework binds what was
/// not sent as null, whatever the type says; here it is empty.
/// </summary>
internal sealed class ConcealForm
{
    /// <summary>The button that was pressed: create, another or passphrase.</summary>
    public string Do { get; set => field = value ?? ""; } = "";

    /// <summary>own or made.</summary>
    public string Kind { get; set => field = value ?? ""; } = "own";

    public string Secret { get; set => field = value ?? ""; } = "";

    /// <summary>The password that was shown.</summary>
    public string Password { get; set => field = value ?? ""; } = "";

    public string Length { get; set => field = value ?? ""; } = "";

    public bool Uppercase { get; set; }

    public bool Lowercase { get; set; }

    public bool Numbers { get; set; }

    public bool Symbols { get; set; }

    public bool ExcludeAmbiguous { get; set; }

    public string Passphrase { get; set => field = value ?? ""; } = "";

    /// <summary>Seconds, or custom.</summary>
    public string Lifetime { get; set => field = value ?? ""; } = "";

    public string Amount { get; set => field = value ?? ""; } = "";

    /// <summary>The seconds of a unit.</summary>
    public string Unit { get; set => field = value ?? ""; } = "";

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

    public bool HasRecipe => Recipe.Length is >= 1 and <= PasswordRecipe.MaxLength;

    /// <summary>What the password is to be made of.</summary>
    public PasswordRecipe Recipe => new(LengthNumber, WantedSets);

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

    public void MakePassword() => Password = Recipe.Make();

    /// <summary>Makes a password where the one that is there is not as it is asked for.</summary>
    public void RenewPassword()
    {
        if (HasRecipe && !Recipe.Fits(Password))
            MakePassword();
    }

    /// <summary>
    /// Takes over what was sent, as it was sent, except the passphrase: a form that comes back without having been asked for shows none.
    /// </summary>
    public void Fill(IFormCollection sent)
    {
        string Of(string name) => sent["Input." + name] is [{ } first, ..] ? first : "";
        bool Has(string name) => Of(name) is "true";
        (Kind, Secret, Password, Length) = (Of(nameof(Kind)), Of(nameof(Secret)), Of(nameof(Password)), Of(nameof(Length)));
        (Uppercase, Lowercase, Numbers) = (Has(nameof(Uppercase)), Has(nameof(Lowercase)), Has(nameof(Numbers)));
        (Symbols, ExcludeAmbiguous) = (Has(nameof(Symbols)), Has(nameof(ExcludeAmbiguous)));
        (Lifetime, Amount, Unit, Recipient) = (Of(nameof(Lifetime)), Of(nameof(Amount)), Of(nameof(Unit)), Of(nameof(Recipient)));
        RenewPassword();
    }
}
