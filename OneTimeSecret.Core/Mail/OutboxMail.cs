namespace OneTimeSecret.Core.Mail;

/// <summary>A mail about a secret, waiting to leave. Written with the secret in one transaction and gone with it.</summary>
public sealed class OutboxMail
{
    /// <summary>The row's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The secret that the mail is about.</summary>
    public required byte[] SecretId { get; init; }

    /// <summary>The account that sends it. Part of the box's associated data.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Address, link and the rest, sealed under the server's key: see <see cref="SecretLinkMail"/>.</summary>
    public required byte[] Box { get; set; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Deliveries tried so far.</summary>
    public int Attempts { get; set; }

    /// <summary>When the next delivery is due.</summary>
    public required DateTimeOffset NextAttempt { get; set; }
}
