namespace OneTimeSecret.Core;

/// <summary>
/// A bounded queue is full. Nothing was done and nothing was consumed; the caller may try again after <see cref="RetryAfter"/>.
/// </summary>
public sealed class ServerBusyException() : Exception("The server is busy. Nothing was done; try again in a few seconds.")
{
    /// <summary>When trying again makes sense.</summary>
    public TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(5);
}
