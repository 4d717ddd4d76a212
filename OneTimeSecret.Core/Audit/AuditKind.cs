namespace OneTimeSecret.Core.Audit;

/// <summary>What happened. The numbers are stored and covered by the MACs, so a number is never reused.</summary>
public enum AuditKind
{
    /// <summary>A secret was concealed.</summary>
    SecretCreated = 1,

    /// <summary>A secret was revealed.</summary>
    SecretRevealed = 2,

    /// <summary>A secret was destroyed unread.</summary>
    SecretBurned = 3,

    /// <summary>A passphrase was missing, wrong or not tried because of a lock.</summary>
    PassphraseRefused = 4,

    /// <summary>The locks of a secret were lifted.</summary>
    LockLifted = 5,

    /// <summary>A receipt without an owner was added to an account's history.</summary>
    ReceiptAdopted = 6,

    /// <summary>A revealed secret was fetched again by the same asker, whose first answer was lost.</summary>
    SecretFetchedAgain = 7,

    /// <summary>An account was created, by the operator or by sign-up.</summary>
    AccountAdded = 20,

    /// <summary>An account was deleted.</summary>
    AccountDeleted = 21,

    /// <summary>A browser was signed in.</summary>
    SignedIn = 22,

    /// <summary>A password, a code or a passkey was not accepted.</summary>
    SignInRefused = 23,

    /// <summary>A session was ended.</summary>
    SessionEnded = 24,

    /// <summary>A password was set.</summary>
    PasswordChanged = 25,

    /// <summary>An address was changed.</summary>
    AddressChanged = 26,

    /// <summary>An authenticator app was added.</summary>
    TotpAdded = 27,

    /// <summary>The authenticator app was removed.</summary>
    TotpRemoved = 28,

    /// <summary>A passkey was added.</summary>
    PasskeyAdded = 29,

    /// <summary>A passkey was removed.</summary>
    PasskeyRemoved = 30,

    /// <summary>New recovery codes were generated.</summary>
    RecoveryCodesMade = 31,

    /// <summary>An API token was created.</summary>
    TokenMade = 32,

    /// <summary>An API token was revoked.</summary>
    TokenRevoked = 33,

    /// <summary>API credentials were not accepted.</summary>
    TokenRefused = 34,

    /// <summary>The operator created a link to set a password.</summary>
    PasswordLinkMade = 35,

    /// <summary>An account was made an administrator.</summary>
    AdminGranted = 50,

    /// <summary>An administrator became an ordinary account.</summary>
    AdminRevoked = 51,

    /// <summary>An account was suspended.</summary>
    AccountSuspended = 52,

    /// <summary>The suspension of an account was lifted.</summary>
    AccountResumed = 53,

    /// <summary>The limits of an account were set.</summary>
    AccountLimited = 54,

    /// <summary>An administrator set whether an account must have a second factor.</summary>
    FactorDemanded = 55,

    /// <summary>An administrator destroyed somebody's secret unread.</summary>
    SecretDestroyed = 56,

    /// <summary>A network was blocked.</summary>
    NetworkBlocked = 57,

    /// <summary>A network was unblocked.</summary>
    NetworkUnblocked = 58,

    /// <summary>A mail was put back into the queue.</summary>
    MailRetried = 59,

    /// <summary>The opt-out of a mail address was removed.</summary>
    MailAllowed = 60,

    /// <summary>A job was started manually.</summary>
    JobStarted = 61,

    /// <summary>The banner on top of all pages was set or removed.</summary>
    BannerSet = 62,

    /// <summary>The operator or an administrator removed the second factors of an account.</summary>
    FactorsReset = 63,

    /// <summary>The operator made the server use the time of the system's clock.</summary>
    ClockAccepted = 64,

    /// <summary>Requests were refused because there were too many.</summary>
    RequestsLimited = 80,

    /// <summary>Requests from a blocked network were refused.</summary>
    RequestsBlocked = 81,

    /// <summary>The whole audit trail was exported.</summary>
    AuditExported = 90,

    /// <summary>Old rows of the audit trail were trimmed.</summary>
    AuditTrimmed = 91,

    /// <summary>A new root was added to the key ring.</summary>
    KeyRotated = 92,

    /// <summary>A root was removed from the key ring.</summary>
    KeyRetired = 93,

    /// <summary>The operator accepted a restored copy of the database.</summary>
    RestoreAccepted = 94,
}

/// <summary>The kind of actor. The numbers are stored.</summary>
public enum AuditActor
{
    /// <summary>A caller without an account, or whose account is not known yet.</summary>
    Anybody = 0,

    /// <summary>An account.</summary>
    Account = 1,

    /// <summary>The person who runs the server, through a verb of the command line.</summary>
    Operator = 2,

    /// <summary>The server itself.</summary>
    Server = 3,
}

/// <summary>The result of an act. The numbers are stored.</summary>
public enum AuditResult
{
    /// <summary>The act was done.</summary>
    Done = 0,

    /// <summary>The act was refused.</summary>
    Refused = 1,
}
