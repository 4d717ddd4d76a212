using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Mail</c>: whether and how mail is sent.</summary>
public sealed class MailOptions
{
    /// <summary>How mail leaves the server. <c>None</c>: recipients are refused.</summary>
    public MailTransport Transport { get; set; } = MailTransport.None;

    /// <summary>stub</summary>
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Connections to the mail server at a time.</summary>
    [Range(1, 20)]
    public int Connections { get; set; } = 2;

    /// <summary>Days after which what became of a mail is forgotten. Daily limits are counted from it.</summary>
    [Range(2, 3650)]
    public int KeepDays { get; set; } = 30;
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
