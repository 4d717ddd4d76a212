using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// The lasting record of a mail, without address, link and text. Its content is in the outbox until the mail is delivered or its secret
/// is gone. Old records are trimmed.
/// </summary>
public sealed class StoredMail
{
    /// <summary>The mail's id. The Message-ID is made from it, so every attempt has the same one and duplicates are recognised.</summary>
    public required Guid Id { get; init; }

    /// <summary>What kind of mail it is.</summary>
    public required MailKind Kind { get; init; }

    /// <summary>The account that sends or receives the mail.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The receipt that the mail is about, or null. The receipt may be deleted before the mail.</summary>
    public byte[]? ReceiptId { get; init; }

    /// <summary>HMAC of the recipient's address (<see cref="EmailAddress.Hash"/>), for opt-outs.</summary>
    public required byte[] RecipientHash { get; init; }

    /// <summary>The same of the address without its tag (<see cref="EmailAddress.Mailbox"/>), for daily limits.</summary>
    public required byte[] MailboxHash { get; init; }

    /// <summary>The current state. A queued mail without a row in the outbox was never sent, because its secret was gone first.</summary>
    public required MailState State { get; set; }

    /// <summary>When the mail was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state or the reason last changed.</summary>
    public required DateTimeOffset Updated { get; set; }

    /// <summary>Why the last attempt failed, in words for the operator, without address and link. Null: no attempt failed.</summary>
    public string? Reason { get; set; }
}

/// <summary>Kinds of mail.</summary>
public enum MailKind
{
    /// <summary>To the recipient: a link to a secret.</summary>
    SecretLink,

    /// <summary>To the owner: the secret was viewed.</summary>
    SecretViewed,

    /// <summary>To the owner: the secret will expire unread.</summary>
    ExpiryWarning,

    /// <summary>To an account: a link to set its password.</summary>
    PasswordLink,

    /// <summary>To an account: something happened to it.</summary>
    AccountNotice,

    /// <summary>To a new address of an account: a link that verifies it.</summary>
    AddressLink,
}

/// <summary>The state of a mail.</summary>
public enum MailState
{
    /// <summary>Waiting for its first or next attempt.</summary>
    Queued,

    /// <summary>Accepted by the mail server, or written to the pickup folder.</summary>
    Sent,

    /// <summary>A dead letter: its delivery was given up, see <see cref="StoredMail.Reason"/>.</summary>
    Failed,
}
