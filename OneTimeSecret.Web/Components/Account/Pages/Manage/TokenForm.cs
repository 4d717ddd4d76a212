using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Web.Components.Account.Pages.Manage;

/// <summary>The form of a new token, as it is sent.</summary>
internal sealed class TokenForm
{
    public string? Name { get; set; }

    public bool Create { get; set; }

    public bool Receipts { get; set; }

    public bool Reveal { get; set; }

    /// <summary>Days, never, or custom: the date.</summary>
    public string? Expiry { get; set; }

    /// <summary>The last day, as browsers send it.</summary>
    public string? Date { get; set; }

    public TokenScopes Scopes => new[] { (Create, TokenScopes.Create), (Receipts, TokenScopes.Receipts), (Reveal, TokenScopes.Reveal) }
        .Where(choice => choice.Item1).Aggregate(TokenScopes.None, (scopes, choice) => scopes | choice.Item2);

    /// <summary>The form as it stands when nobody has filled it in: most scripts only conceal, and none needs to live for ever.</summary>
    public static TokenForm Fresh() => new() { Create = true, Expiry = "90" };
}
