using Microsoft.AspNetCore.Identity;

namespace OneTimeSecret.Core.Actors;

/// <summary>A person who signs in. The id is part of every keyed hash and box of the account, so rows cannot change hands.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>When the account was made.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>Whether the account wants a mail when one of its secrets is viewed.</summary>
    public bool MailWhenViewed { get; set; }

    /// <summary>Whether the account wants a mail when one of its secrets is about to expire unread.</summary>
    public bool MailBeforeExpiry { get; set; }

    /// <summary>The key of the authenticator app, 20 bytes, sealed; null: there is none.</summary>
    public byte[]? TotpKey { get; set; }

    /// <summary>The last time step whose code was taken (RFC 6238): a code works once. Null: none was.</summary>
    public long? TotpStep { get; set; }

    /// <summary>When its owner deleted it: nothing of it works any more, and what is left of it goes. Null: it lives.</summary>
    public DateTimeOffset? Deleted { get; set; }

    /// <summary>When an administrator suspended it: nobody signs in, and no session or token counts. Null: it is not suspended.</summary>
    public DateTimeOffset? Suspended { get; set; }

    /// <summary>Why it was suspended, for administrators.</summary>
    public string? SuspendedFor { get; set; }

    /// <summary>Whether an administrator demands a second factor of it, whatever the settings say.</summary>
    public bool NeedsFactor { get; set; }

    /// <summary>How many secrets it may create, and as many reveal, in a window of the limits; null: what the settings say.</summary>
    public int? RequestLimit { get; set; }

    /// <summary>How many mails with links it may send in a day; null: what the settings say.</summary>
    public int? MailLimit { get; set; }
}
