namespace OneTimeSecret.Core.Mail;

/// <summary>Events that an account's owner is told of by mail.</summary>
public enum AccountEvent
{
    /// <summary>A browser signed in for the first time.</summary>
    NewSignIn,

    /// <summary>The password was changed, or set by a link.</summary>
    PasswordChanged,

    /// <summary>The address was changed. The mail goes to the old address.</summary>
    AddressChanged,

    /// <summary>An authenticator app was added.</summary>
    TotpAdded,

    /// <summary>The authenticator app was removed.</summary>
    TotpRemoved,

    /// <summary>A passkey was added.</summary>
    PasskeyAdded,

    /// <summary>A passkey was removed.</summary>
    PasskeyRemoved,

    /// <summary>New recovery codes were created.</summary>
    RecoveryCodesMade,

    /// <summary>An API token was created.</summary>
    TokenMade,

    /// <summary>The account was deleted.</summary>
    AccountDeleted,

    /// <summary>The operator or an administrator removed all second factors.</summary>
    FactorsReset,
}
