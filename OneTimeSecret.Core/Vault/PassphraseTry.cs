namespace OneTimeSecret.Core.Vault;

/// <summary>
/// Wrong passphrases on one secret: a row for every client and one for everybody together. Goes with the secret.
/// </summary>
public sealed class PassphraseTry
{
    /// <summary>The secret's id.</summary>
    public required byte[] SecretId { get; init; }

    /// <summary>HMAC of the client under the server's key; <see cref="Everybody"/> in the row that counts all clients.</summary>
    public required byte[] Client { get; init; }

    /// <summary>Reveal and burn are counted apart.</summary>
    public required PassphraseUse Use { get; init; }

    /// <summary>Wrong passphrases, each counted before its hash is computed.</summary>
    public int Count { get; set; }

    /// <summary>No passphrase is tried before this instant (by this client, or by anybody); null: not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>How often the metadata key's holder has lifted the locks. Counted in the row of everybody's reveals only.</summary>
    public int Lifts { get; set; }

    /// <summary>The client of the row that counts all clients.</summary>
    public static byte[] Everybody { get; } = [];
}

/// <summary>What a passphrase is given for.</summary>
public enum PassphraseUse
{
    /// <summary>To reveal.</summary>
    Reveal,

    /// <summary>To burn.</summary>
    Burn,
}
