using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Section <c>Mail</c>: whether and how mail is sent.</summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>How mail is sent. <c>None</c>: no mail is sent, and recipients are refused.</summary>
    public MailTransport Transport { get; set; } = MailTransport.None;

    /// <summary>Name or address of the mail server.</summary>
    public string? Host { get; set; }

    /// <summary>Port of the mail server: usually 587 for STARTTLS, and 465 for implicit TLS.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>Encryption of the connection to the mail server.</summary>
    public MailTls Tls { get; set; } = MailTls.StartTls;

    /// <summary>User name for the mail server. Null: no sign-in.</summary>
    public string? User { get; set; }

    /// <summary>Password of <see cref="User"/>.</summary>
    [Masked]
    public string? Password { get; set; }

    /// <summary>File that contains the password, instead of <see cref="Password"/>. Read at start. Relative to the content root.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The name sent in EHLO: a host name or an address literal. If not set, it is the host of <c>Site:PublicUrl</c>.</summary>
    public string? EhloName { get; set; }

    /// <summary>Time-out in seconds for connecting (with signing in), and then for each mail.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>The sender address. If not set, it is <c>noreply</c> at the host of <c>Site:PublicUrl</c>.</summary>
    public string? From { get; set; }

    /// <summary>Number of simultaneous connections to the mail server.</summary>
    [Range(1, 20)]
    public int Connections { get; set; } = 2;

    /// <summary>Days after which the record of a mail is deleted. Daily limits are counted from these records.</summary>
    [Range(2, 3650)]
    public int KeepDays { get; set; } = 30;

    /// <summary>Whether this server sends mail.</summary>
    public bool Sends() => Transport != MailTransport.None;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Transport == MailTransport.Smtp && Host is null)
            yield return new("must be set for the transport Smtp", [nameof(Host)]);
        if (Host is not null && Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            yield return new("must be a name or an address without scheme and port, such as mail.example.com", [nameof(Host)]);
        if (EhloName is not null && Core.Mail.EhloName.Parse(EhloName) is null)
            yield return new("must be a host name such as secrets.example.com, or an address such as [192.0.2.1]", [nameof(EhloName)]);
        if (Password is not null && PasswordFile is not null)
            yield return new("must not be set together with Password", [nameof(PasswordFile)]);
        if (User is null && HasPassword)
            yield return new("must be set when a password is set", [nameof(User)]);
        if (User is not null && !HasPassword)
            yield return new("must not be set without Password or PasswordFile", [nameof(User)]);
        if (Tls == MailTls.None && HasPassword)
            yield return new("must be StartTls or Implicit when a password is set, which must not be sent unencrypted", [nameof(Tls)]);
        if (From is not null && EmailAddress.ParseStored(From) is null)
            yield return new("must be a mail address without a name, such as noreply@example.com", [nameof(From)]);
    }

    private bool HasPassword => (Password ?? PasswordFile) is not null;
}

/// <summary>Ways to send mail.</summary>
public enum MailTransport
{
    /// <summary>No mail.</summary>
    None,

    /// <summary>Files in a folder, for testing.</summary>
    Pickup,

    /// <summary>An SMTP server.</summary>
    Smtp,
}

/// <summary>Ways to encrypt the connection to the mail server.</summary>
public enum MailTls
{
    /// <summary>Unencrypted until STARTTLS. No mail is sent if the mail server does not agree to TLS (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Implicit,

    /// <summary>Unencrypted, for a mail server on the same machine.</summary>
    None,
}
