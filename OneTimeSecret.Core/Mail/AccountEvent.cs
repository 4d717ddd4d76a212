namespace OneTimeSecret.Core.Mail;

/// <summary>What an account's owner is told of.</summary>
public enum AccountEvent
{
    /// <summary>A browser signed in that never had before.</summary>
    NewSignIn,

    /// <summary>The password was changed, or set by a link.</summary>
    PasswordChanged,

    /// <summary>The address was changed; goes to the old one.</summary>
    AddressChanged,

    /// <summary>An authenticator app was added.</summary>
    TotpAdded,

    /// <summary>The authenticator app was removed.</summary>
    TotpRemoved,

    /// <summary>A passkey was added.</summary>
    PasskeyAdded,

    /// <summary>A passkey was removed.</summary>
    PasskeyRemoved,

    /// <summary>New recovery codes were made.</summary>
    RecoveryCodesMade,

    /// <summary>An API token was made.</summary>
    TokenMade,

    /// <summary>The account was deleted.</summary>
    AccountDeleted,
}
