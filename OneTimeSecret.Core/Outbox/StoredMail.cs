using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// What became of a mail: outlives its content, which lies in the outbox until it is delivered or its secret dies. Neither address,
/// link nor text; trimmed by age.
/// </summary>
public sealed class StoredMail
{
    /// <summary>The mail's id, from which its Message-ID is made: the same at every attempt, so that duplicates are recognised.</summary>
    public required Guid Id { get; init; }

    /// <summary>What kind of mail it is.</summary>
    public required MailKind Kind { get; init; }

    /// <summary>The account that sends it, or that it is for.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The receipt that it is about, null when it is about none. Receipts may be gone before.</summary>
    public byte[]? ReceiptId { get; init; }

    /// <summary>HMAC of the recipient's address (<see cref="EmailAddress.Hash"/>): what daily limits and opt-outs go by.</summary>
    public required byte[] RecipientHash { get; init; }

    /// <summary>What became of it. Queued without a row in the outbox: its secret died before it could leave.</summary>
    public required MailState State { get; set; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state or the reason last changed.</summary>
    public required DateTimeOffset Updated { get; set; }

    /// <summary>Why the last attempt failed, in words for the operator; null: none failed. No address, no link.</summary>
    public string? Reason { get; set; }
}

/// <summary>Kinds of mail.</summary>
public enum MailKind
{
    /// <summary>A link for its recipient.</summary>
    SecretLink,

    /// <summary>To the owner: the secret was viewed.</summary>
    SecretViewed,

    /// <summary>To the owner: the secret will expire unread.</summary>
    ExpiryWarning,

    /// <summary>To an account: a link to set its password.</summary>
    PasswordLink,

    /// <summary>To an account: something happened to it.</summary>
    AccountNotice,

    /// <summary>To a new address of an account: a link that proves it.</summary>
    AddressLink,
}

/// <summary>What became of a mail.</summary>
public enum MailState
{
    /// <summary>It waits for its first or next attempt.</summary>
    Queued,

    /// <summary>The mail server, or the pickup folder, has it.</summary>
    Sent,

    /// <summary>A dead letter: refused for good, or tried in vain for too long.</summary>
    Failed,
}
