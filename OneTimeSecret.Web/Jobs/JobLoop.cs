using Hangfire.Server;
using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Runs one job repeatedly on a Hangfire thread of its own: at a short interval and on every signal. A timer measures the interval, so
/// setting the clock does not affect it.
/// </summary>
internal sealed class JobLoop(Sweep sweep, TimeSpan interval, Func<CancellationToken, Task> signal, TimeProvider time, ILogger<JobLoop> log)
    : IBackgroundProcess
{
    public string Job => sweep.Job;

    /// <summary>When the job runs next, unless a signal comes earlier. Null before its first run.</summary>
    public DateTimeOffset? Next { get; private set; }

    public void Execute(BackgroundProcessContext context) => Turn(context.StoppingToken).GetAwaiter().GetResult();

    public override string ToString() => $"{nameof(JobLoop)}({Job})";

    private async Task Turn(CancellationToken stop)
    {
        try
        {
            await sweep.Run(stop);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            log.LogError(fault, "The job {Job} failed to check for due work and will try again", Job);
        }
        Next = time.GetUtcNow() + interval;
        using var end = new CancellationTokenSource(interval, time);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop, end.Token);
        await signal(wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
