using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>A script's credential. Only a keyed hash over account id and token is stored, so a copied or moved row opens nothing.</summary>
public sealed class ApiToken
{
    /// <summary>HMAC of account id and token under the server's key, 32 bytes: the row's id.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The account that the token speaks for.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>The name its owner gave it; unique for the account.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required TokenScopes Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it stops working; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When it was last used, to the hour; null: never.</summary>
    public DateTimeOffset? LastUsed { get; set; }
}
