using System.Globalization;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// The form of the first page, as it was sent. Its fields are texts, so that invalid input comes back as it was typed. The framework binds
/// a field that was not sent as null, even to a non-nullable type. The setters store an empty text instead.
/// </summary>
internal sealed class ConcealForm
{
    /// <summary>The pressed button: <c>create</c>, <c>another</c> or <c>passphrase</c>.</summary>
    public string Do { get; set => field = value ?? ""; } = "";

    /// <summary><c>own</c>: a typed secret. <c>made</c>: a generated password.</summary>
    public string Kind { get; set => field = value ?? ""; } = "own";

    public string Secret { get; set => field = value ?? ""; } = "";

    /// <summary>The generated password that the page showed.</summary>
    public string Password { get; set => field = value ?? ""; } = "";

    public string Length { get; set => field = value ?? ""; } = "";

    public bool Uppercase { get; set; }

    public bool Lowercase { get; set; }

    public bool Numbers { get; set; }

    public bool Symbols { get; set; }

    public bool ExcludeAmbiguous { get; set; }

    public string Passphrase { get; set => field = value ?? ""; } = "";

    /// <summary>Seconds, or <c>custom</c> for <see cref="Amount"/> times <see cref="Unit"/>.</summary>
    public string Lifetime { get; set => field = value ?? ""; } = "";

    public string Amount { get; set => field = value ?? ""; } = "";

    /// <summary>The seconds of one unit.</summary>
    public string Unit { get; set => field = value ?? ""; } = "";

    /// <summary>The address that the link is mailed to. Empty: no mail. Null: the form had no such field.</summary>
    public string? Recipient { get; set; }

    public bool IsMade => Kind is "made";

    /// <summary>The secret with LF line breaks. Browsers send every line break of a text box as CR LF, even if LF was pasted.</summary>
    public string SecretText => Secret.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The kinds of characters, and whether each is selected.</summary>
    public IReadOnlyList<(CharacterSets Set, bool On)> Sets =>
    [
        (CharacterSets.Uppercase, Uppercase), (CharacterSets.Lowercase, Lowercase), (CharacterSets.Numbers, Numbers),
        (CharacterSets.Symbols, Symbols), (CharacterSets.ExcludeAmbiguous, ExcludeAmbiguous),
    ];

    public bool HasRecipe => Recipe.Length is >= 1 and <= PasswordRecipe.MaxLength;

    public PasswordRecipe Recipe => new(LengthNumber, WantedSets);

    private int LengthNumber =>
        int.TryParse(Length, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;

    private CharacterSets WantedSets => Sets.Where(set => set.On).Aggregate(CharacterSets.None, (sets, set) => sets | set.Set);

    /// <summary>A form with the default values.</summary>
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

    /// <summary>Replaces the password if it does not fit the selected recipe.</summary>
    public void RenewPassword()
    {
        if (HasRecipe && !Recipe.Fits(Password))
            MakePassword();
    }

    /// <summary>
    /// Copies the fields of a form with an invalid token, to show it again. Such a form must not show the passphrase (docs/adr/0006).
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
