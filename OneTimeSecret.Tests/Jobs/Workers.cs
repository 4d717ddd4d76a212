using Hangfire;
using Hangfire.Common;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>Hangfire without its schedule. It runs only the jobs that a test enqueues.</summary>
internal static class Workers
{
    /// <summary>Starts a worker for the jobs of <paramref name="server"/>. Disposing it stops it.</summary>
    public static BackgroundJobServer Work(this RunningServer server) => new(
        new BackgroundJobServerOptions
        {
            Activator = server.Get<JobActivator>(), FilterProvider = server.Get<IJobFilterProvider>(), IsLightweightServer = true,
            WorkerCount = 2,
        },
        server.Get<JobStorage>());

    /// <summary>Enqueues a job as the tick does.</summary>
    public static void Ask(this RunningServer server, string job) => server.Get<IBackgroundJobClient>().Start(job);

    /// <summary>The number of enqueued jobs that no worker has taken yet.</summary>
    public static long Enqueued(this RunningServer server) => server.Get<JobStorage>().GetMonitoringApi().EnqueuedCount("default");
}
