using Microsoft.AspNetCore.Identity;

namespace OneTimeSecret.Core.Accounts;

/// <summary>A person who signs in. The id is part of every keyed hash and box of the account, so rows cannot change hands.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>When the account was made.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>Whether the account wants a mail when one of its secrets is viewed.</summary>
    public bool MailWhenViewed { get; set; }

    /// <summary>Whether the account wants a mail when one of its secrets is about to expire unread.</summary>
    public bool MailBeforeExpiry { get; set; }
}
