using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>A script's credential. Only a keyed hash over account id and token is stored, so a copied or moved row is useless.</summary>
public sealed class ApiToken
{
    /// <summary>The row's id: HMAC of account id and token under the server's key, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The account that the token belongs to.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>The name that its owner gave it, unique in the account.</summary>
    public required string Name { get; init; }

    /// <summary>What the token may do.</summary>
    public required TokenScopes Scopes { get; init; }

    /// <summary>When the token was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the token stops working. Null: when it is revoked.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When the token was last used, accurate to an hour. Null: never.</summary>
    public DateTimeOffset? LastUsed { get; set; }
}
