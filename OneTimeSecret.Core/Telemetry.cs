using System.Diagnostics.Metrics;

namespace OneTimeSecret.Core;

/// <summary>The program's meter. Its tags never contain a key, token, passphrase, address or secret value.</summary>
public static class Telemetry
{
    /// <summary>Meter <c>OneTimeSecret</c>.</summary>
    public static Meter Meter { get; } = new("OneTimeSecret");
}
