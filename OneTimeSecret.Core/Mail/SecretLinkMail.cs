using System.Text.Json;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Mail;

/// <summary>What a mail with a secret's link needs to be written; sealed until then. Never the value, never the passphrase.</summary>
/// <param name="To">The recipient's address.</param>
/// <param name="From">The sender's address, shown in the text and used for replies.</param>
/// <param name="SecretKey">The key of the link.</param>
/// <param name="Expires">Until when the link works.</param>
/// <param name="HasPassphrase">Whether the recipient will be asked for a passphrase.</param>
public sealed record SecretLinkMail(string To, string From, string SecretKey, DateTimeOffset Expires, bool HasPassphrase)
{
    internal byte[] Seal(KeyRing ring, Guid id, Guid ownerId) => ring.Seal(Place(id, ownerId), JsonSerializer.SerializeToUtf8Bytes(this));

    internal static SecretLinkMail Open(KeyRing ring, OutboxMail row) =>
        JsonSerializer.Deserialize<SecretLinkMail>(ring.Open(Place(row.Id, row.OwnerId), row.Box))!;

    internal static BoxContext Place(Guid id, Guid ownerId) => new("outbox", id.ToByteArray(bigEndian: true), ownerId);

    /// <summary>Says nothing of its content.</summary>
    public override string ToString() => nameof(SecretLinkMail);
}
