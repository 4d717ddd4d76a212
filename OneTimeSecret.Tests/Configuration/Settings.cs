using Microsoft.Extensions.Options;

namespace OneTimeSecret.Tests.Configuration;

/// <summary>A server's settings, as they were read.</summary>
internal static class Settings
{
    public static TValue Setting<TOptions, TValue>(this RunningServer server, Func<TOptions, TValue> setting)
        where TOptions : class => setting(server.Get<IOptions<TOptions>>().Value);
}
