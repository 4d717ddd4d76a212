namespace OneTimeSecret.Core.Secrets;

/// <summary>What somebody asks to conceal, apart from the value.</summary>
/// <param name="Passphrase">Null or empty: none.</param>
/// <param name="Ttl">Lifetime in seconds, any number: it is clamped. Null: the default.</param>
/// <param name="Recipients">Addresses as given; the first gets the mail.</param>
/// <param name="ShareDomain">Kept if configured, else ignored.</param>
public sealed record SecretDraft(
    string? Passphrase = null, long? Ttl = null, IReadOnlyList<string>? Recipients = null, string? ShareDomain = null)
{
    /// <summary>Says nothing of its content.</summary>
    public override string ToString() => nameof(SecretDraft);
}
