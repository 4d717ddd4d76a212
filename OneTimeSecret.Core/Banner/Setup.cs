using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Banner;

/// <summary>Registers the services of the banner.</summary>
internal static class Setup
{
    public static void AddBanner(this IServiceCollection services)
    {
        services.AddSingleton<CurrentBanner>();
        services.AddSingleton<SetBanner>();
    }
}
