using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OneTimeSecret.Core.Clocks;

/// <summary>Registers the clocks.</summary>
internal static class Setup
{
    public static void AddClocks(this IServiceCollection services)
    {
        services.TryAddSingleton(new SystemClock(TimeProvider.System));
        services.AddSingleton<SteadyClock>();
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<SteadyClock>());
        services.AddSingleton<KeepClock>();
        services.AddSingleton<AcceptClock>();
    }
}
