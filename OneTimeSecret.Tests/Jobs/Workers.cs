using Hangfire;
using Hangfire.Common;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>Hangfire without its clock: it runs what is asked for, and nothing by itself.</summary>
internal static class Workers
{
    /// <summary>Works on the jobs of <paramref name="server"/> until it is disposed.</summary>
    public static BackgroundJobServer Work(this RunningServer server) => new(
        new BackgroundJobServerOptions
        {
            Activator = server.Get<JobActivator>(), FilterProvider = server.Get<IJobFilterProvider>(), IsLightweightServer = true,
            WorkerCount = 2,
        },
        server.Get<JobStorage>());

    /// <summary>Asks for a job as the tick does.</summary>
    public static void Ask(this RunningServer server, string job) => server.Get<IBackgroundJobClient>().Start(job);

    /// <summary>How many jobs wait for somebody to work on them.</summary>
    public static long Enqueued(this RunningServer server) => server.Get<JobStorage>().GetMonitoringApi().EnqueuedCount("default");
}
