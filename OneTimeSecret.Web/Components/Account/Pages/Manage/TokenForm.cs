using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Web.Components.Account.Pages.Manage;

/// <summary>The form of a new token, as it was sent.</summary>
internal sealed class TokenForm
{
    public string? Name { get; set; }

    public bool Create { get; set; }

    public bool Receipts { get; set; }

    public bool Reveal { get; set; }

    /// <summary>Days, <c>never</c>, or <c>custom</c> for <see cref="Date"/>.</summary>
    public string? Expiry { get; set; }

    /// <summary>The token's last day in UTC, as yyyy-MM-dd.</summary>
    public string? Date { get; set; }

    public TokenScopes Scopes => new[] { (Create, TokenScopes.Create), (Receipts, TokenScopes.Receipts), (Reveal, TokenScopes.Reveal) }
        .Where(choice => choice.Item1).Aggregate(TokenScopes.None, (scopes, choice) => scopes | choice.Item2);

    /// <summary>A form with the default values: most scripts only conceal, and no token needs to be valid forever.</summary>
    public static TokenForm Fresh() => new() { Create = true, Expiry = "90" };
}
