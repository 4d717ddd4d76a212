using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Registers the services of the jobs.</summary>
internal static class Setup
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<RunJob>();
        services.AddSingleton<StartJob>();
        services.AddSingleton<LastRuns>();
        services.AddSingleton<DueJobs>();
    }
}
