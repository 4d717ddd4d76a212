using System.Text.Json;
using System.Text.Json.Serialization;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Mail;

/// <summary>What a mail needs to be written; sealed until then. Never a value, never a passphrase, never a metadata key.</summary>
/// <param name="To">The recipient's address.</param>
[JsonDerivedType(typeof(SecretLinkMail), "secret-link")]
[JsonDerivedType(typeof(SecretViewedMail), "secret-viewed")]
[JsonDerivedType(typeof(ExpiryWarningMail), "expiry-warning")]
[JsonDerivedType(typeof(PasswordLinkMail), "password-link")]
[JsonDerivedType(typeof(AddressLinkMail), "address-link")]
[JsonDerivedType(typeof(AccountNoticeMail), "account-notice")]
public abstract record MailContent(string To)
{
    /// <summary>Says nothing of its content.</summary>
    public sealed override string ToString() => GetType().Name;

    internal byte[] Seal(KeyRing ring, Guid id, Guid ownerId)
    {
        using var json = new SecretBytes(JsonSerializer.SerializeToUtf8Bytes<MailContent>(this));
        return ring.Seal(Place(id, ownerId), json.Span);
    }

    internal static MailContent Open(KeyRing ring, Guid id, Guid ownerId, byte[] box)
    {
        using var json = ring.Open(Place(id, ownerId), box);
        return JsonSerializer.Deserialize<MailContent>(json.Span)!;
    }

    internal static BoxContext Place(Guid id, Guid ownerId) => new("outbox", id.ToByteArray(bigEndian: true), ownerId);
}

/// <summary>A link, for its recipient.</summary>
/// <param name="To">The recipient's address.</param>
/// <param name="From">The sender's verified address, shown in the text and used for replies.</param>
/// <param name="SecretKey">The key of the link.</param>
/// <param name="Expires">Until when the link works.</param>
/// <param name="HasPassphrase">Whether the recipient will be asked for a passphrase.</param>
public sealed record SecretLinkMail(string To, string From, string SecretKey, DateTimeOffset Expires, bool HasPassphrase)
    : MailContent(To);

/// <summary>Tells an owner that a secret was viewed.</summary>
/// <param name="To">The owner's address.</param>
/// <param name="ShortId">First characters of the receipt's lookup hash, as lists show it.</param>
/// <param name="Viewed">When.</param>
public sealed record SecretViewedMail(string To, string ShortId, DateTimeOffset Viewed) : MailContent(To);

/// <summary>Tells an owner that a secret is still unread a day before its end.</summary>
/// <param name="To">The owner's address.</param>
/// <param name="ShortId">First characters of the receipt's lookup hash, as lists show it.</param>
/// <param name="Expires">When it ends.</param>
public sealed record ExpiryWarningMail(string To, string ShortId, DateTimeOffset Expires) : MailContent(To);

/// <summary>A link for setting a password, as <c>LinkAccount</c> makes it.</summary>
/// <param name="To">The account's address.</param>
/// <param name="Token">The token of the link.</param>
/// <param name="Expires">Until when the link works.</param>
/// <param name="Reason">Why there is one.</param>
public sealed record PasswordLinkMail(string To, string Token, DateTimeOffset Expires, PasswordLinkReason Reason = PasswordLinkReason.Asked)
    : MailContent(To);

/// <summary>Why somebody gets a link for setting a password.</summary>
public enum PasswordLinkReason
{
    /// <summary>It was asked for.</summary>
    Asked,

    /// <summary>Somebody signs up with the address: the link proves it.</summary>
    SignUp,

    /// <summary>Somebody signs up with an address that has an account already.</summary>
    SignUpAgain,

    /// <summary>The operator invites.</summary>
    Invitation,
}

/// <summary>A link that proves a new address of an account.</summary>
/// <param name="To">The new address.</param>
/// <param name="AccountId">The account.</param>
/// <param name="Token">The token of the link.</param>
/// <param name="Expires">Until when the link works.</param>
public sealed record AddressLinkMail(string To, Guid AccountId, string Token, DateTimeOffset Expires) : MailContent(To);

/// <summary>Tells an account's owner what happened to it.</summary>
/// <param name="To">The account's address.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Browser">The browser that did it, in words.</param>
/// <param name="Client">The network address that it came from.</param>
public sealed record AccountNoticeMail(string To, AccountEvent Event, DateTimeOffset At, string Browser, string Client) : MailContent(To);

/// <summary>Tells that mail arrives. Sent at once and never stored.</summary>
/// <param name="To">The recipient's address.</param>
public sealed record TestMail(string To) : MailContent(To);
