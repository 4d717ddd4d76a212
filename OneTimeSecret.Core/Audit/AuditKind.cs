namespace OneTimeSecret.Core.Audit;

/// <summary>What happened. The numbers are stored, and covered by the chain: none is ever given to anything else.</summary>
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

    /// <summary>A receipt was taken into an account's history.</summary>
    ReceiptAdopted = 6,

    /// <summary>An account was made: by the operator, or by signing up.</summary>
    AccountAdded = 20,

    /// <summary>An account was deleted.</summary>
    AccountDeleted = 21,

    /// <summary>A browser was signed in.</summary>
    SignedIn = 22,

    /// <summary>A password, a code or a passkey was not taken.</summary>
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

    /// <summary>New recovery codes were made.</summary>
    RecoveryCodesMade = 31,

    /// <summary>An API token was made.</summary>
    TokenMade = 32,

    /// <summary>An API token was revoked.</summary>
    TokenRevoked = 33,

    /// <summary>Credentials of the API were not taken.</summary>
    TokenRefused = 34,

    /// <summary>A link that sets a password was made for the operator.</summary>
    PasswordLinkMade = 35,

    /// <summary>An account was made an administrator.</summary>
    AdminGranted = 50,

    /// <summary>An administrator became an ordinary account.</summary>
    AdminRevoked = 51,

    /// <summary>An account was suspended.</summary>
    AccountSuspended = 52,

    /// <summary>A suspended account was let in again.</summary>
    AccountResumed = 53,

    /// <summary>The limits of an account were set.</summary>
    AccountLimited = 54,

    /// <summary>Whether an account must have a second factor was set.</summary>
    FactorDemanded = 55,

    /// <summary>An administrator destroyed somebody's secret unread.</summary>
    SecretDestroyed = 56,

    /// <summary>A network was blocked.</summary>
    NetworkBlocked = 57,

    /// <summary>A network was let in again.</summary>
    NetworkUnblocked = 58,

    /// <summary>A mail was put back into the queue.</summary>
    MailRetried = 59,

    /// <summary>An address that wanted no mails gets them again.</summary>
    MailAllowed = 60,

    /// <summary>A job was run by hand.</summary>
    JobStarted = 61,

    /// <summary>The text on top of all pages was set or taken away.</summary>
    BannerSet = 62,

    /// <summary>Requests were refused because there were too many.</summary>
    RequestsLimited = 80,

    /// <summary>Requests from a blocked network were refused.</summary>
    RequestsBlocked = 81,

    /// <summary>The audit trail was read out as a whole.</summary>
    AuditExported = 90,

    /// <summary>The beginning of the audit trail was trimmed.</summary>
    AuditTrimmed = 91,

    /// <summary>The key ring got a new root.</summary>
    KeyRotated = 92,

    /// <summary>A root was taken out of the key ring.</summary>
    KeyRetired = 93,
}

/// <summary>What sort of actor did something. The numbers are stored.</summary>
public enum AuditActor
{
    /// <summary>Somebody without an account, or who is not known yet.</summary>
    Anybody = 0,

    /// <summary>An account.</summary>
    Account = 1,

    /// <summary>Who runs the server, by a verb of the command line.</summary>
    Operator = 2,

    /// <summary>The server itself.</summary>
    Server = 3,
}

/// <summary>What came of an act. The numbers are stored.</summary>
public enum AuditResult
{
    /// <summary>It was done.</summary>
    Done = 0,

    /// <summary>It was refused.</summary>
    Refused = 1,
}
