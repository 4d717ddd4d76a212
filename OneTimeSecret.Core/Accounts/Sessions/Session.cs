namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>
/// A browser that is signed in. Its cookie holds a random id, and the row holds only a keyed hash of this id. Deleting the row ends the
/// session. An attacker who can read or write rows cannot make a valid cookie.
/// </summary>
public sealed class Session
{
    /// <summary>The row's id: HMAC of account id and session id under the server's key, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The account that is signed in.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>When the user signed in.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>
    /// When the user last proved their identity. Dangerous pages require a new proof after <see cref="OpenedSession.ProofLifetime"/>.
    /// </summary>
    public required DateTimeOffset Confirmed { get; set; }

    /// <summary>When the session was last used, accurate to five minutes.</summary>
    public required DateTimeOffset LastSeen { get; set; }

    /// <summary>When the session ends. Each use moves this time.</summary>
    public required DateTimeOffset Expires { get; set; }

    /// <summary>Whether the user stays signed in when the browser closes.</summary>
    public required bool Stays { get; init; }

    /// <summary>The names of browser and operating system, for the list of sessions. No version and no network address.</summary>
    public required string Browser { get; init; }
}
