using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.InMemory;
using Newtonsoft.Json;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// What happens by itself, scheduled by Hangfire. What is due stands in the database of the product, so Hangfire's own store is kept in
/// memory: a restart begins with an empty one and loses nothing (docs/adr/0007).
/// </summary>
internal static class JobSetup
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddHostedService<AuditWatch>(); // before the jobs, so that it stops after them
        services.AddHangfire();
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<JobLoops>();
        services.AddSingleton<JobBoard>();
        services.AddHostedService<JobServer>();
        services.AddHostedService<MemoryWatch>();
    }

    /// <summary>
    /// Hangfire keeps much of its configuration for the whole process. What names a server's own parts is registered before, for this
    /// server alone; the rest says the same for every server.
    /// </summary>
    private static void AddHangfire(this IServiceCollection services)
    {
        services.AddSingleton<JobStorage>(provider =>
        {
            provider.GetRequiredService<IGlobalConfiguration>(); // its log, from the first line on
            return new InMemoryStorage(new() { MaxExpirationTime = TimeSpan.FromHours(1) });
        });
        services.AddSingleton<JobActivator, AspNetCoreJobActivator>();
        services.AddSingleton<IJobFilterProvider, OwnJobs>();
        services.AddHangfire((provider, hangfire) => hangfire
            .UseLogProvider(new SchedulerLog(provider.GetRequiredService<ILoggerFactory>()))
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSerializerSettings(new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None })
            .UseTypeSerializer(OwnJobs.Name)
            .UseTypeResolver(OwnJobs.Resolve));
    }
}
