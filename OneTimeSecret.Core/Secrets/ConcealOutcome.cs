using OneTimeSecret.Core.Receipts;

namespace OneTimeSecret.Core.Secrets;

/// <summary>The outcome of a conceal. All but <see cref="Concealed"/> mean that nothing was created.</summary>
public abstract record ConcealOutcome
{
    private protected ConcealOutcome() { }

    /// <summary>The secret was created.</summary>
    /// <param name="Receipt">The receipt, with both keys.</param>
    public sealed record Concealed(Receipt Receipt) : ConcealOutcome;

    /// <summary>The value is missing or empty.</summary>
    public sealed record NothingToShare : ConcealOutcome;

    /// <summary>The value has more than <paramref name="MaxBytes"/> bytes of UTF-8.</summary>
    public sealed record TooLarge(int MaxBytes) : ConcealOutcome;

    /// <summary>The passphrase has fewer than <paramref name="MinLength"/> characters.</summary>
    public sealed record PassphraseTooShort(int MinLength) : ConcealOutcome;

    /// <summary>The passphrase has more than <paramref name="MaxLength"/> characters.</summary>
    public sealed record PassphraseTooLong(int MaxLength) : ConcealOutcome;

    /// <summary>Only accounts with a verified address may name recipients.</summary>
    public sealed record AccountRequired : ConcealOutcome;

    /// <summary>More than <see cref="DraftRules.MaxRecipients"/> recipients.</summary>
    public sealed record TooManyRecipients : ConcealOutcome;

    /// <summary><paramref name="Address"/> is not a valid e-mail address.</summary>
    public sealed record BadRecipient(string Address) : ConcealOutcome;

    /// <summary>The person at <paramref name="Address"/> opted out of mails from this server.</summary>
    public sealed record RecipientOptedOut(string Address) : ConcealOutcome;

    /// <summary>The account has sent, or the recipient has received, the daily maximum of mails.</summary>
    /// <param name="RetryAfter">Time until one more mail is allowed.</param>
    public sealed record TooManyMails(TimeSpan RetryAfter) : ConcealOutcome;

    /// <summary>The client, or its network, has used up what it may store in a day (<see cref="StorageBudget"/>).</summary>
    /// <param name="RetryAfter">Time until it may store again.</param>
    public sealed record TooMuchStored(TimeSpan RetryAfter) : ConcealOutcome;

    /// <summary>There is no room for new secrets (<see cref="Storage.StorageRoom"/>).</summary>
    public sealed record NoRoom : ConcealOutcome
    {
        /// <summary>How long to wait before the next try. Secrets expire and are purged every minute.</summary>
        public TimeSpan RetryAfter { get; } = TimeSpan.FromMinutes(1);
    }

    /// <summary>This server sends no mail.</summary>
    public sealed record MailNotConfigured : ConcealOutcome;

    /// <summary>A generated value may have at most <paramref name="MaxLength"/> characters.</summary>
    public sealed record GeneratedTooLong(int MaxLength) : ConcealOutcome;

    /// <summary>A generated value must have at least one character.</summary>
    public sealed record GeneratedTooShort : ConcealOutcome;
}
