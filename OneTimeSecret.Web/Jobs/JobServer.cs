using Hangfire;
using Hangfire.Common;

namespace OneTimeSecret.Web.Jobs;

/// <summary>Hangfire's server: its threads, from the start of the program to its stop.</summary>
internal sealed class JobServer(
    JobStorage storage, JobActivator activator, IJobFilterProvider filters, JobLoops loops, ClockWatch watch,
    IHostApplicationLifetime lifetime)
    : BackgroundJobServerHostedService(storage, Options(activator, filters), [watch, .. loops.All], lifetime)
{
    private static BackgroundJobServerOptions Options(JobActivator activator, IJobFilterProvider filters) => new()
    {
        Activator = activator,
        FilterProvider = filters,
        WorkerCount = ScheduledJobs.All.Count(), // each job beside the others, and the tick beside them all
        SchedulePollingInterval = TimeSpan.FromSeconds(5),
        // Jobs hear from the host that it stops. These are for one that does not end by that.
        StopTimeout = TimeSpan.Zero,
        ShutdownTimeout = TimeSpan.FromSeconds(3), // within the time that the host gives all of them
        CancellationCheckInterval = TimeSpan.FromMinutes(1), // nobody can cancel a run: the dashboard only shows
    };
}
