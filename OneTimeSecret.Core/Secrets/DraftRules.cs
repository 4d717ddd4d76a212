using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Secrets;

/// <summary>The configured limits on what may be concealed: sizes, passphrases, recipients, lifetimes (docs/configuration.md).</summary>
public sealed class DraftRules(
    IOptions<SecretOptions> secrets, IOptions<PassphraseOptions> passphrases, IOptions<MailOptions> mail, IOptions<SiteOptions> site,
    StorageRoom room, StorageBudget budget)
{
    /// <summary>Maximum number of recipients of one secret.</summary>
    public const int MaxRecipients = 10;

    /// <summary>The granted lifetime in seconds.</summary>
    internal int Ttl(SecretDraft draft, Caller caller) => secrets.Value.Grant(draft.Ttl, caller.Account is not null);

    /// <summary>The share domain; "" if it is not configured.</summary>
    internal string ShareDomain(SecretDraft draft) =>
        draft.ShareDomain is { } domain && site.Value.ShareDomains.Contains(domain) ? domain : "";

    /// <summary>
    /// Stores a secret if the caller's budget allows it. What is not stored, because of a refusal or a fault, does not count.
    /// </summary>
    internal async Task<ConcealOutcome> WithinBudget(Caller caller, int bytes, int ttl, Func<Task<ConcealOutcome>> store)
    {
        var (wait, spent) = budget.Spend(caller, bytes, ttl);
        if (wait is { } retryAfter)
            return new ConcealOutcome.TooMuchStored(retryAfter);
        ConcealOutcome? outcome = null;
        try
        {
            return outcome = await store();
        }
        finally
        {
            if (outcome is not ConcealOutcome.Concealed)
                budget.Refund(spent);
        }
    }

    /// <summary>The refusal of a secret for which there is no room, decided in the write that stores it. Null: there is room.</summary>
    internal async Task<ConcealOutcome?> RefuseFull(OtsDbContext db, int bytes) =>
        await room.Takes(db, bytes) ? null : new ConcealOutcome.NoRoom();

    /// <summary>The first broken rule, in the order of docs/contract.md; null: none. Fills <paramref name="recipients"/>.</summary>
    internal ConcealOutcome? Refuse(ReadOnlyMemory<byte> value, SecretDraft draft, Caller caller, List<EmailAddress> recipients)
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
}
