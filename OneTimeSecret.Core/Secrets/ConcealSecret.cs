using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Conceals a value: seals it, stores it with its receipt, and queues the mail to a recipient, all or nothing.</summary>
public sealed class ConcealSecret(
    WriteTransaction write, KeyRing ring, HashingGate gate, PostMail post, RecentSignals recent, TimeProvider time,
    IOptions<SecretOptions> secrets, IOptions<PassphraseOptions> passphrases, IOptions<MailOptions> mail, IOptions<SiteOptions> site)
{
    /// <summary>Most recipients of one secret.</summary>
    public const int MaxRecipients = 10;

    /// <summary>Conceals <paramref name="value"/>, UTF-8 that comes back byte for byte. Its owner clears it afterwards.</summary>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was created.</exception>
    public Task<ConcealOutcome> Run(ReadOnlyMemory<byte> value, SecretDraft draft, Caller caller, CancellationToken cancellation) =>
        Run(value, SecretKind.Shared, draft, caller, cancellation);

    internal async Task<ConcealOutcome> Run(
        ReadOnlyMemory<byte> value, SecretKind kind, SecretDraft draft, Caller caller, CancellationToken cancellation)
    {
        var recipients = new List<EmailAddress>();
        if (Refusal(value, draft, caller, recipients) is { } refusal)
            return refusal;

        var now = WholeMilliseconds(time.GetUtcNow());
        var ttl = secrets.Value.Grant(draft.Ttl, caller.Account is not null);
        var key = SecretKey.New();
        var metadataKey = MetadataKey.New();
        var owner = caller.Account?.Id;
        var place = new SecretBox.SecretPlace(key.Id, metadataKey.Id, owner, now.AddSeconds(ttl));
        var secret = new StoredSecret
        {
            Id = key.Id,
            ReceiptId = metadataKey.Id,
            Box = await Seal(key, place, value, draft.Passphrase, cancellation),
            Expires = place.Expires,
        };
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
            HasPassphrase = !string.IsNullOrEmpty(draft.Passphrase),
            Recipients = [.. recipients.Select(address => address.Obfuscated)],
            RecipientHash = recipients.Count > 0 ? recipients[0].Hash(ring) : null,
            ShareDomain = draft.ShareDomain is { } domain && site.Value.ShareDomains.Contains(domain) ? domain : "",
            WarnAt = owner is null ? null : WarnOfExpiry.Due(place.Expires, ttl),
        };
        using (var material = key.Material())
            receipt.SealedSecretKey = metadataKey.Seal(receipt.SecretKeyPlace, material.Span);
        using (var material = owner is null ? null : metadataKey.Material())
            receipt.SealedMetadataKey = material is null ? null : ring.Seal(receipt.MetadataKeyPlace, material.Span);
        var letter = recipients.Count > 0 ? Prepare(recipients[0], caller.Account!, key, receipt) : null;

        var refused = await write.Run(
            async db =>
            {
                if (letter is not null && await post.Refuse(db, letter, now) is { } refusal)
                    return refusal;
                db.Add(receipt);
                db.Add(secret);
                if (letter is not null)
                    post.Add(db, letter);
                db.Note(Act.Of(AuditKind.SecretCreated, caller) with
                {
                    Subject = StoredReceipt.ShortId(receipt.Id),
                    Time = receipt.Created, // by which BrowseAudit finds it
                });
                db.Count(new Tally(Created: 1, Secrets: 1, Bytes: secret.Box.Length));
                db.AfterCommit(() => recent.Raise(owner));
                return null;
            },
            cancellation);
        switch (refused)
        {
            case MailRefusal.OptedOut:
                return new ConcealOutcome.RecipientOptedOut(recipients[0].Text);
            case MailRefusal.TooMany(var retryAfter):
                return new ConcealOutcome.TooManyMails(retryAfter);
        }
        return new ConcealOutcome.Concealed(
            Receipt.Of(receipt, metadataKey.Text, secretExists: true, caller.Account?.Email, now) with { SecretKey = key.Text });
    }

    /// <summary>The first rule that the request breaks, in the contract's order; fills <paramref name="recipients"/> on the way.</summary>
    private ConcealOutcome? Refusal(ReadOnlyMemory<byte> value, SecretDraft draft, Caller caller, List<EmailAddress> recipients)
    {
        if (value.IsEmpty)
            return new ConcealOutcome.NothingToShare();
        if (value.Length > secrets.Value.MaxBytes)
            return new ConcealOutcome.TooLarge(secrets.Value.MaxBytes);
        var characters = draft.Passphrase?.EnumerateRunes().Count() ?? 0;
        if (characters > 0 && characters < passphrases.Value.MinLength)
            return new ConcealOutcome.PassphraseTooShort(passphrases.Value.MinLength);
        if (characters > passphrases.Value.MaxLength)
            return new ConcealOutcome.PassphraseTooLong(passphrases.Value.MaxLength);

        var given = (draft.Recipients ?? []).Where(text => !string.IsNullOrWhiteSpace(text)).ToList();
        if (given.Count == 0)
            return null;
        if (caller.Account is not { MayMail: true })
            return new ConcealOutcome.AccountRequired();
        foreach (var text in given)
        {
            if (EmailAddress.Parse(text) is not { } address)
                return new ConcealOutcome.BadRecipient(text.Trim());
            if (!recipients.Contains(address))
                recipients.Add(address);
            if (recipients.Count > MaxRecipients)
                return new ConcealOutcome.TooManyRecipients();
        }
        return !mail.Value.Sends() ? new ConcealOutcome.MailNotConfigured() : null;
    }

    private async Task<byte[]> Seal(
        SecretKey key, SecretBox.SecretPlace place, ReadOnlyMemory<byte> value, string? passphrase, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(passphrase))
            return SecretBox.Seal(ring, key, place, value.Span, null, null);
        using var slot = await gate.Enter(cancellation);
        return await slot.Run(() =>
        {
            var kept = Passphrase.New(key, passphrase, passphrases.Value.BcryptCost, passphrases.Value.StretchIterations);
            using var stretched = kept.Stretch(passphrase);
            return SecretBox.Seal(ring, key, place, value.Span, kept, stretched);
        });
    }

    private PreparedMail Prepare(EmailAddress to, SignedIn from, SecretKey key, StoredReceipt receipt) => post.Prepare(
        MailKind.SecretLink, from.Id, new SecretLinkMail(to.Text, from.Email, key.Text, receipt.SecretExpires, receipt.HasPassphrase),
        receipt.Id, key.Id);

    /// <summary>Times are stored, and sealed into boxes, as unix milliseconds.</summary>
    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
