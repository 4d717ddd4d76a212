using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>Registers the sweeps.</summary>
internal static class Setup
{
    public static void AddSweeps(this IServiceCollection services)
    {
        services.AddSingleton<AgeLimit>();
        services.AddSingleton<Sweep, PurgeSweep>();
        services.AddSingleton<Sweep, EraseSweep>();
        services.AddSingleton<Sweep, DeliverSweep>();
        services.AddSingleton<Sweep, WarnSweep>();
        services.AddSingleton<Sweep, TrimSweep>();
    }
}
