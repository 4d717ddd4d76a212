using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.InMemory;
using Newtonsoft.Json;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Registers the background jobs, which Hangfire schedules. Our own tables contain the due work, so Hangfire's store is in memory. A
/// restart begins with an empty store and loses nothing (docs/adr/0007).
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
        services.AddHostedService<NativeMemoryWatch>();
    }

    /// <summary>
    /// Much of Hangfire's configuration is global for the process. Services that belong to one server are therefore registered first, in
    /// this server's container. The remaining settings are the same for every server.
    /// </summary>
    private static void AddHangfire(this IServiceCollection services)
    {
        services.AddSingleton<JobStorage>(provider =>
        {
            provider.GetRequiredService<IGlobalConfiguration>(); // sets Hangfire's log before the store uses it
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
