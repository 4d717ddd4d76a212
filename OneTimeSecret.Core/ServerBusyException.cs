namespace OneTimeSecret.Core;

/// <summary>
/// A bounded queue is full, or the server is stopping. Nothing was done or consumed. The caller may retry after <see cref="RetryAfter"/>.
/// </summary>
public sealed class ServerBusyException() : Exception("The server is busy. Nothing was done; try again in a few seconds.")
{
    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(5);
}
