using Microsoft.AspNetCore.Identity;

namespace OneTimeSecret.Core.Actors;

/// <summary>A person who signs in. The id is part of all keyed hashes and boxes of the account, which binds them to it.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>When the account was created.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>Whether the account wants a mail when one of its secrets is viewed.</summary>
    public bool MailWhenViewed { get; set; }

    /// <summary>Whether the account wants a mail when one of its secrets is about to expire unread.</summary>
    public bool MailBeforeExpiry { get; set; }

    /// <summary>The key of the authenticator app, 20 bytes, sealed. Null: there is none.</summary>
    public byte[]? TotpKey { get; set; }

    /// <summary>The last time step whose code was accepted (RFC 6238), so that a code works only once. Null: none was.</summary>
    public long? TotpStep { get; set; }

    /// <summary>When the owner deleted the account. It stops working at once, and the purge removes the rest. Null: not deleted.</summary>
    public DateTimeOffset? Deleted { get; set; }

    /// <summary>When an administrator suspended it. Sign-in, sessions and tokens are then refused. Null: not suspended.</summary>
    public DateTimeOffset? Suspended { get; set; }

    /// <summary>The reason for the suspension, for administrators.</summary>
    public string? SuspendedFor { get; set; }

    /// <summary>Whether an administrator requires a second factor for it, regardless of the settings.</summary>
    public bool NeedsFactor { get; set; }

    /// <summary>How many secrets it may create, and how many it may reveal, in a window. Null: the settings apply.</summary>
    public int? RequestLimit { get; set; }

    /// <summary>How many mails with secret links it may send in 24 hours. Null: the settings apply.</summary>
    public int? MailLimit { get; set; }
}
