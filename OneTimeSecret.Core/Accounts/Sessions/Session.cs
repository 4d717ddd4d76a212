namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>
/// A browser that is signed in. Its cookie holds a random id of which only a keyed hash is stored: the row ends the session by going,
/// and whoever copies or writes rows cannot make a cookie that fits.
/// </summary>
public sealed class Session
{
    /// <summary>HMAC of account id and the session's id under the server's key, 32 bytes: the row's id.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Who is signed in.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>When he signed in.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>
    /// When he last proved who he is; what is dangerous asks for it again after <see cref="OpenedSession.ProofLifetime"/>.
    /// </summary>
    public required DateTimeOffset Confirmed { get; set; }

    /// <summary>When the session was last used, to a few minutes.</summary>
    public required DateTimeOffset LastSeen { get; set; }

    /// <summary>When it ends unless it is used before.</summary>
    public required DateTimeOffset Expires { get; set; }

    /// <summary>Whether it outlives the browser's own session.</summary>
    public required bool Stays { get; init; }

    /// <summary>The browser and its system in two words, as its owner knows it; no address, no version.</summary>
    public required string Browser { get; init; }
}
