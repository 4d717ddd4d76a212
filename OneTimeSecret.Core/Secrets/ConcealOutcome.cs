using OneTimeSecret.Core.Receipts;

namespace OneTimeSecret.Core.Secrets;

/// <summary>What came of concealing. Everything but <see cref="Concealed"/> means that nothing was created.</summary>
public abstract record ConcealOutcome
{
    private protected ConcealOutcome() { }

    /// <summary>Done.</summary>
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

    /// <summary>Recipients are for accounts with a verified address.</summary>
    public sealed record AccountRequired : ConcealOutcome;

    /// <summary>More than ten recipients.</summary>
    public sealed record TooManyRecipients : ConcealOutcome;

    /// <summary>No mail can be sent to <paramref name="Address"/>.</summary>
    public sealed record BadRecipient(string Address) : ConcealOutcome;

    /// <summary>The person at <paramref name="Address"/> wants no mails from this server.</summary>
    public sealed record RecipientOptedOut(string Address) : ConcealOutcome;

    /// <summary>The account has sent, or the recipient has got, as many mails as a day allows.</summary>
    /// <param name="RetryAfter">When one more may go.</param>
    public sealed record TooManyMails(TimeSpan RetryAfter) : ConcealOutcome;

    /// <summary>This server sends no mail.</summary>
    public sealed record MailNotConfigured : ConcealOutcome;

    /// <summary>A generated value may have at most <paramref name="MaxLength"/> characters.</summary>
    public sealed record GeneratedTooLong(int MaxLength) : ConcealOutcome;

    /// <summary>A generated value has at least one character.</summary>
    public sealed record GeneratedTooShort : ConcealOutcome;
}
