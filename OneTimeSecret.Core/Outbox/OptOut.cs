using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Outbox;

/// <summary>An address whose owner wants no mails with links from this server.</summary>
public sealed class OptOut
{
    /// <summary>HMAC of the address (<see cref="EmailAddress.Hash"/>).</summary>
    public required byte[] RecipientHash { get; init; }

    /// <summary>When the owner opted out.</summary>
    public required DateTimeOffset Created { get; init; }
}
