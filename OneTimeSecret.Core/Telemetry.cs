using System.Diagnostics.Metrics;

namespace OneTimeSecret.Core;

/// <summary>The program's own meter. No tag ever carries a key, token, passphrase, address or value.</summary>
public static class Telemetry
{
    /// <summary>Meter <c>OneTimeSecret</c>.</summary>
    public static Meter Meter { get; } = new("OneTimeSecret");
}
