namespace OneTimeSecret.Core.Vault;

/// <summary>
/// A counter of wrong passphrases for one secret. Each client has a row, and one row counts all clients. Deleted with the secret.
/// </summary>
public sealed class PassphraseTry
{
    /// <summary>The secret's id.</summary>
    public required byte[] SecretId { get; init; }

    /// <summary>HMAC of the client under the server's key. <see cref="Everybody"/> in the row that counts all clients.</summary>
    public required byte[] Client { get; init; }

    /// <summary>Tries to reveal and to burn are counted separately.</summary>
    public required PassphraseUse Use { get; init; }

    /// <summary>The number of wrong passphrases. A try is counted before its hash is computed.</summary>
    public int Count { get; set; }

    /// <summary>Until this instant the client, or everybody, may not try a passphrase. Null: not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>How often the holder of the metadata key lifted the locks. Only the row of all clients' reveals counts this.</summary>
    public int Lifts { get; set; }

    /// <summary>The client of the row that counts all clients.</summary>
    public static byte[] Everybody { get; } = [];
}

/// <summary>What a passphrase is entered for.</summary>
public enum PassphraseUse
{
    /// <summary>To reveal.</summary>
    Reveal,

    /// <summary>To burn.</summary>
    Burn,
}
