using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Outbox;

/// <summary>A person who wants no mails with links from this server.</summary>
public sealed class OptOut
{
    /// <summary>HMAC of the address (<see cref="EmailAddress.Hash"/>).</summary>
    public required byte[] RecipientHash { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Created { get; init; }
}
