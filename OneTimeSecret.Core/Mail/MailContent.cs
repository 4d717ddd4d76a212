using System.Text.Json;
using System.Text.Json.Serialization;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Mail;

/// <summary>The data of a mail, stored sealed. It never contains a secret's value, a passphrase or a metadata key.</summary>
/// <param name="To">The recipient's address.</param>
[JsonDerivedType(typeof(SecretLinkMail), "secret-link")]
[JsonDerivedType(typeof(SecretViewedMail), "secret-viewed")]
[JsonDerivedType(typeof(ExpiryWarningMail), "expiry-warning")]
[JsonDerivedType(typeof(PasswordLinkMail), "password-link")]
[JsonDerivedType(typeof(AddressLinkMail), "address-link")]
[JsonDerivedType(typeof(AccountNoticeMail), "account-notice")]
public abstract record MailContent(string To)
{
    /// <summary>Only the name of the type, so that the content gets into no log.</summary>
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

/// <summary>Sends the recipient a link to a secret.</summary>
/// <param name="To">The recipient's address.</param>
/// <param name="From">The sender's verified address, shown in the text and used for replies.</param>
/// <param name="SecretKey">The secret key in the link.</param>
/// <param name="Expires">Until when the link works.</param>
/// <param name="HasPassphrase">Whether the recipient will be asked for a passphrase.</param>
public sealed record SecretLinkMail(string To, string From, string SecretKey, DateTimeOffset Expires, bool HasPassphrase)
    : MailContent(To);

/// <summary>Tells an owner that a secret was viewed.</summary>
/// <param name="To">The owner's address.</param>
/// <param name="ShortId">First characters of the receipt's lookup hash, as lists show it.</param>
/// <param name="Viewed">When the secret was viewed.</param>
public sealed record SecretViewedMail(string To, string ShortId, DateTimeOffset Viewed) : MailContent(To);

/// <summary>Warns an owner that a secret is still unread 24 hours before it expires.</summary>
/// <param name="To">The owner's address.</param>
/// <param name="ShortId">First characters of the receipt's lookup hash, as lists show it.</param>
/// <param name="Expires">When the secret expires.</param>
public sealed record ExpiryWarningMail(string To, string ShortId, DateTimeOffset Expires) : MailContent(To);

/// <summary>Sends an account a link to set its password, as <c>LinkAccount</c> creates it.</summary>
/// <param name="To">The account's address.</param>
/// <param name="Token">The token of the link.</param>
/// <param name="Expires">Until when the link works.</param>
/// <param name="Reason">Why the link is sent.</param>
public sealed record PasswordLinkMail(string To, string Token, DateTimeOffset Expires, PasswordLinkReason Reason = PasswordLinkReason.Asked)
    : MailContent(To);

/// <summary>Why somebody gets a link to set a password.</summary>
public enum PasswordLinkReason
{
    /// <summary>Somebody requested it.</summary>
    Asked,

    /// <summary>Somebody signs up with the address. Using the link verifies the address.</summary>
    SignUp,

    /// <summary>Somebody signs up with an address that already has an account.</summary>
    SignUpAgain,

    /// <summary>The operator invites the address.</summary>
    Invitation,
}

/// <summary>Sends a link that verifies a new address of an account.</summary>
/// <param name="To">The new address.</param>
/// <param name="Token">The token of the link.</param>
/// <param name="Expires">Until when the link works.</param>
public sealed record AddressLinkMail(string To, Guid AccountId, string Token, DateTimeOffset Expires) : MailContent(To);

/// <summary>Tells an account's owner what happened to it.</summary>
/// <param name="To">The account's address.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When it happened.</param>
/// <param name="Browser">The browser that did it, in words. Null: as <paramref name="Client"/>.</param>
/// <param name="Client">The network address of that browser. Null: the operator or an administrator did it.</param>
public sealed record AccountNoticeMail(string To, AccountEvent Event, DateTimeOffset At, string? Browser, string? Client)
    : MailContent(To);

/// <summary>Shows that mail arrives. Sent at once and never stored.</summary>
/// <param name="To">The recipient's address.</param>
public sealed record TestMail(string To) : MailContent(To);
