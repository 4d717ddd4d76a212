using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Seals a value, stores it with its receipt, and queues the mail to the first recipient. All of it happens or nothing.</summary>
public sealed class ConcealSecret(
    WriteTransaction write, DraftRules rules, SecretSeals seals, PostMail post, RecentSignals recent, TimeProvider time)
{
    /// <summary>Conceals <paramref name="value"/> (UTF-8). A reveal returns the same bytes. The caller must clear the buffer.</summary>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting. Nothing was created.</exception>
    public Task<ConcealOutcome> Run(ReadOnlyMemory<byte> value, SecretDraft draft, Caller caller, CancellationToken cancellation) =>
        Run(value, SecretKind.Shared, draft, caller, cancellation);

    internal async Task<ConcealOutcome> Run(
        ReadOnlyMemory<byte> value, SecretKind kind, SecretDraft draft, Caller caller, CancellationToken cancellation)
    {
        var recipients = new List<EmailAddress>();
        if (rules.Refuse(value, draft, caller, recipients) is { } refusal)
            return refusal;
        var ttl = rules.Ttl(draft, caller);
        return await rules.WithinBudget(
            caller, value.Length, ttl, () => Store(value, kind, draft, ttl, recipients, caller, cancellation));
    }

    private async Task<ConcealOutcome> Store(
        ReadOnlyMemory<byte> value, SecretKind kind, SecretDraft draft, int ttl, List<EmailAddress> recipients, Caller caller,
        CancellationToken cancellation)
    {
        var now = WholeMilliseconds(time.GetUtcNow());
        var key = SecretKey.New();
        var metadataKey = MetadataKey.New();
        var owner = caller.Account?.Id;
        var place = new SecretBox.SecretPlace(key.Id, metadataKey.Id, owner, now.AddSeconds(ttl));
        var hasPassphrase = !string.IsNullOrEmpty(draft.Passphrase);
        var secret = new StoredSecret
        {
            Id = key.Id,
            ReceiptId = metadataKey.Id,
            Box = await seals.Box(key, place, value, draft.Passphrase, caller.Client, cancellation),
            Expires = place.Expires,
        };
        var letter = recipients.Count > 0 ? Prepare(recipients[0], caller.Account!, key, place, hasPassphrase) : null;
        var receipt = new StoredReceipt
        {
            Id = metadataKey.Id,
            OwnerId = owner,
            Kind = kind,
            State = ReceiptState.New,
            Created = now,
            Updated = now,
            Ttl = ttl,
            SecretExpires = place.Expires,
            Expires = now.AddSeconds(2L * ttl),
            HasPassphrase = hasPassphrase,
            Recipients = [.. recipients.Select(address => address.Obfuscated)],
            RecipientHash = letter?.Mail.RecipientHash,
            ShareDomain = rules.ShareDomain(draft),
            WarnAt = owner is null ? null : WarnOfExpiry.Due(place.Expires, ttl),
        };
        seals.AddKeys(receipt, key, metadataKey);

        var refused = await write.Run(
            async db =>
            {
                if (await rules.RefuseFull(db, secret.Box.Length) is { } full)
                    return full;
                if (letter is not null && await post.Refuse(db, letter, now) is { } refusal)
                    return Refused(refusal, recipients[0]);
                db.Add(receipt);
                db.Add(secret);
                if (letter is not null)
                    post.Add(db, letter);
                db.Note(Act.Of(AuditKind.SecretCreated, caller) with
                {
                    Subject = StoredReceipt.ShortId(receipt.Id),
                    Time = receipt.Created, // BrowseAudit finds the row by this time
                });
                db.Count(new Tally(Created: 1, Secrets: 1, Bytes: secret.Box.Length));
                db.AfterCommit(() => recent.Raise(owner));
                return null;
            },
            cancellation);
        if (refused is not null)
            return refused;
        return new ConcealOutcome.Concealed(
            Receipt.Of(receipt, metadataKey.Text, secretExists: true, caller.Account?.Email, now) with { SecretKey = key.Text });
    }

    private static ConcealOutcome Refused(MailRefusal refusal, EmailAddress recipient) => refusal is MailRefusal.TooMany(var retryAfter)
        ? new ConcealOutcome.TooManyMails(retryAfter)
        : new ConcealOutcome.RecipientOptedOut(recipient.Text);

    private PreparedMail Prepare(
        EmailAddress to, SignedIn from, SecretKey key, SecretBox.SecretPlace place, bool hasPassphrase) => post.Prepare(
            MailKind.SecretLink, from.Id, new SecretLinkMail(to.Text, from.Email, key.Text, place.Expires, hasPassphrase),
            place.ReceiptId, key.Id);

    /// <summary>Cuts to whole milliseconds, because times are stored and sealed into boxes as Unix milliseconds.</summary>
    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
