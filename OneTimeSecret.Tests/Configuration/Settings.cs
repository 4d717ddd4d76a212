using Microsoft.Extensions.Options;

namespace OneTimeSecret.Tests.Configuration;

/// <summary>Reads settings of a running server.</summary>
internal static class Settings
{
    public static TValue Setting<TOptions, TValue>(this RunningServer server, Func<TOptions, TValue> setting)
        where TOptions : class => setting(server.Get<IOptions<TOptions>>().Value);
}
