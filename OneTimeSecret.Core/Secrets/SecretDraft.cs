namespace OneTimeSecret.Core.Secrets;

/// <summary>A request to conceal a secret, without the value.</summary>
/// <param name="Passphrase">The passphrase; null or empty: none.</param>
/// <param name="Ttl">Lifetime in seconds. Any number is allowed and is clamped. Null: the default.</param>
/// <param name="Recipients">Addresses as given. The first one gets the mail.</param>
/// <param name="ShareDomain">Stored if it is configured, otherwise ignored.</param>
public sealed record SecretDraft(
    string? Passphrase = null, long? Ttl = null, IReadOnlyList<string>? Recipients = null, string? ShareDomain = null)
{
    /// <summary>Contains none of the values.</summary>
    public override string ToString() => nameof(SecretDraft);
}
