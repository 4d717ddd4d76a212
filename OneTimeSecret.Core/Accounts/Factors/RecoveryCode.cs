namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>A code that replaces a code of the authenticator app, once. Using it deletes the row.</summary>
public sealed class RecoveryCode
{
    /// <summary>HMAC of account id and code under the server's key, 32 bytes: the row's id.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The account that the code belongs to.</summary>
    public required Guid AccountId { get; init; }
}
