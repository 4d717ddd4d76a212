namespace OneTimeSecret.Core.Mail;

/// <summary>Writes to owners who asked for it when a secret is still unread a day before its end (contract section 9).</summary>
public sealed class WarnOfExpiry
{
    private static readonly TimeSpan Before = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromHours(48);

    /// <summary>When to warn of a secret's end; null: never, because it lives too short.</summary>
    internal static DateTimeOffset? Due(DateTimeOffset expires, int ttl) =>
        TimeSpan.FromSeconds(ttl) > ShortestLife ? expires - Before : null;
}
