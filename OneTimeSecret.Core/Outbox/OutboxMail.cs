using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Outbox;

/// <summary>The content of a mail that waits. Written with its cause in one transaction; gone when delivered and with its secret.</summary>
public sealed class OutboxMail
{
    /// <summary>The id of its <see cref="StoredMail"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>The secret whose end makes the mail pointless (its link, a warning); null when there is none.</summary>
    public byte[]? SecretId { get; init; }

    /// <summary>The account that sends it, or that it is for. Part of the box's associated data.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Address, link and the rest, sealed under the server's key: see <see cref="MailContent"/>.</summary>
    public required byte[] Box { get; set; }

    /// <summary>Deliveries begun so far.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// When the next delivery is due; null for a dead letter, which stays for an operator to try again. A delivery that begins moves
    /// it beyond its own time-out: that is its claim.
    /// </summary>
    public required DateTimeOffset? NextAttempt { get; set; }

    /// <summary>What the mail says.</summary>
    /// <exception cref="BrokenBoxException">The row was changed outside the program.</exception>
    internal MailContent Open(KeyRing ring) => MailContent.Open(ring, Id, OwnerId, Box);

    /// <summary>Those that still tell of something: a link, or a warning, only as long as there is something to open.</summary>
    internal static IQueryable<OutboxMail> Useful(OtsDbContext db, DateTimeOffset now)
    {
        var secrets = db.Secrets;
        return db.Outbox.Where(m => m.SecretId == null || secrets.Any(s => s.Id == m.SecretId && s.Expires > now));
    }
}
