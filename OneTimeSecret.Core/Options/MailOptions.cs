namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Mail</c>: whether and how mail is sent.</summary>
public sealed class MailOptions
{
    /// <summary>How mail leaves the server. <c>None</c>: recipients are refused.</summary>
    public MailTransport Transport { get; set; } = MailTransport.None;
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
