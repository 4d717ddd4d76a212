using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Outbox;

/// <summary>The content of an undelivered mail. Written in the transaction of its cause. Deleted on delivery, or with its secret.</summary>
public sealed class OutboxMail
{
    /// <summary>The id of the mail's <see cref="StoredMail"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>The secret that a link or a warning is about. The mail is useless once the secret is gone. Null: none.</summary>
    public byte[]? SecretId { get; init; }

    /// <summary>The account that sends or receives the mail. Part of the box's associated data.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>
    /// Who caused the mail: the id of an account, or the network of a client without one (an IPv4 /24 or an IPv6 /48). Askers are served
    /// in turns. Empty for mails that older versions queued.
    /// </summary>
    public required string Asker { get; init; }

    /// <summary>The <see cref="MailContent"/> (address, link and so on), sealed under the server's key.</summary>
    public required byte[] Box { get; set; }

    /// <summary>Number of delivery attempts begun so far.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// When the next attempt is due. Null: the mail is a dead letter, which an administrator can retry. A worker claims the mail by moving
    /// this time beyond its own time-out.
    /// </summary>
    public required DateTimeOffset? NextAttempt { get; set; }

    /// <summary>Opens the box.</summary>
    /// <exception cref="BrokenBoxException">The row was changed outside the program.</exception>
    internal MailContent Open(KeyRing ring) => MailContent.Open(ring, Id, OwnerId, Box);

    /// <summary>The mails that are still useful: those without <see cref="SecretId"/>, and those whose secret is still unread.</summary>
    internal static IQueryable<OutboxMail> Useful(OtsDbContext db, DateTimeOffset now)
    {
        var secrets = db.Secrets;
        return db.Outbox.Where(m => m.SecretId == null || secrets.Any(s => s.Id == m.SecretId && s.Expires > now));
    }
}
