using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Section <c>Mail</c>: whether and how mail is sent.</summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>How mail leaves the server. <c>None</c>: recipients are refused.</summary>
    public MailTransport Transport { get; set; } = MailTransport.None;

    /// <summary>Name or address of the mail server.</summary>
    public string? Host { get; set; }

    /// <summary>Port of the mail server: usually 587 for STARTTLS, and 465 for implicit TLS.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>How the way to the mail server is protected.</summary>
    public MailTls Tls { get; set; } = MailTls.StartTls;

    /// <summary>Name to sign in to the mail server with.</summary>
    public string? User { get; set; }

    /// <summary>Password to sign in to the mail server with.</summary>
    [Masked]
    public string? Password { get; set; }

    /// <summary>File that holds the password instead, read at start. Relative to the content root.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>
    /// The name by which this server presents itself to the mail server (EHLO): a host name or an address literal; the host of
    /// <c>Site:PublicUrl</c> when not set.
    /// </summary>
    public string? EhloName { get; set; }

    /// <summary>How many seconds a connection, and then each mail, may take.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>The address that mails come from; <c>noreply</c> at the host of <c>Site:PublicUrl</c> when not set.</summary>
    public string? From { get; set; }

    /// <summary>Connections to the mail server at a time.</summary>
    [Range(1, 20)]
    public int Connections { get; set; } = 2;

    /// <summary>Days after which what became of a mail is forgotten. Daily limits are counted from it.</summary>
    [Range(2, 3650)]
    public int KeepDays { get; set; } = 30;

    /// <summary>Whether this server sends mail at all.</summary>
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
            yield return new("must not be set beside Password", [nameof(PasswordFile)]);
        if (User is null && HasPassword)
            yield return new("must be set beside a password", [nameof(User)]);
        if (User is not null && !HasPassword)
            yield return new("must not be set without Password or PasswordFile", [nameof(User)]);
        if (Tls == MailTls.None && HasPassword)
            yield return new("must be StartTls or Implicit beside a password, which would travel in the clear", [nameof(Tls)]);
        if (From is not null && EmailAddress.Parse(From) is null)
            yield return new("must be a mail address without a name, such as noreply@example.com", [nameof(From)]);
    }

    private bool HasPassword => (Password ?? PasswordFile) is not null;
}

/// <summary>Ways for mail to leave the server.</summary>
public enum MailTransport
{
    /// <summary>No mail.</summary>
    None,

    /// <summary>Files in a folder, for trying out.</summary>
    Pickup,

    /// <summary>An SMTP server.</summary>
    Smtp,
}

/// <summary>Ways to protect the way to the mail server.</summary>
public enum MailTls
{
    /// <summary>In the clear until the server agrees to TLS, without which nothing is sent (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte on (RFC 8314).</summary>
    Implicit,

    /// <summary>In the clear, for a mail server on the same machine.</summary>
    None,
}
