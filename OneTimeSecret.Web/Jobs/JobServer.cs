using Hangfire;
using Hangfire.Common;

namespace OneTimeSecret.Web.Jobs;

/// <summary>Runs Hangfire's threads from the start of the server to its stop.</summary>
internal sealed class JobServer(
    JobStorage storage, JobActivator activator, IJobFilterProvider filters, JobLoops loops, ClockWatch watch,
    IHostApplicationLifetime lifetime)
    : BackgroundJobServerHostedService(storage, Options(activator, filters), [watch, .. loops.All], lifetime)
{
    private static BackgroundJobServerOptions Options(JobActivator activator, IJobFilterProvider filters) => new()
    {
        Activator = activator,
        FilterProvider = filters,
        WorkerCount = ScheduledJobs.All.Count(), // one for each job and one for the tick
        SchedulePollingInterval = TimeSpan.FromSeconds(5),
        // Jobs learn from the host that the server stops. These time-outs apply to a job that then does not end.
        StopTimeout = TimeSpan.Zero,
        ShutdownTimeout = TimeSpan.FromSeconds(3), // shorter than the host's limit for all services
        CancellationCheckInterval = TimeSpan.FromMinutes(1), // rarely, because nobody can cancel a run
    };
}
