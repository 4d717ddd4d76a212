using Hangfire;
using Hangfire.Common;

namespace OneTimeSecret.Web.Jobs;

/// <summary>Runs Hangfire's threads from shortly after the start of the server until it stops.</summary>
internal sealed class JobServer(
    JobStorage storage, JobActivator activator, IJobFilterProvider filters, JobLoops loops, TimeProvider time,
    IHostApplicationLifetime lifetime)
    : BackgroundService
{
    /// <summary>
    /// The time from the start of the server to the first job. Hangfire and the first jobs compile much code, and the first requests after
    /// a restart must not wait for it.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private Task _pause = Task.CompletedTask;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The pause starts here, because the thread pool may start the loop later.
        _pause = Task.Delay(Pause, time, lifetime.ApplicationStopping);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not stoppingToken, which is cancelled only after the last request has ended.
        var stopping = lifetime.ApplicationStopping;
        await _pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCancellationRequested)
            return;
        using var server = new BackgroundJobServer(Options(), storage, loops.Processes);
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        server.SendStop();
        await server.WaitForShutdownAsync(CancellationToken.None); // ends by ShutdownTimeout
    }

    private BackgroundJobServerOptions Options() => new()
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
