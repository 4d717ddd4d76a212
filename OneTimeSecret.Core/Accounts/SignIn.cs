namespace OneTimeSecret.Core.Accounts;

/// <summary>x</summary>
public sealed class SignIn
{
    /// <summary>x</summary>
    public static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(15);
}
