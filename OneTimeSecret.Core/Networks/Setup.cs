using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Networks;

/// <summary>Registers the services of blocked networks.</summary>
internal static class Setup
{
    public static void AddNetworks(this IServiceCollection services)
    {
        services.AddSingleton<BlockedNetworks>();
        services.AddSingleton<BlockNetwork>();
        services.AddSingleton<UnblockNetwork>();
    }
}
