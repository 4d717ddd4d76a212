using Hangfire.Server;
using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Runs one job again and again on a thread that Hangfire keeps for it: at a short interval, which a wait measures whatever is done to
/// the clock, and whenever there is a signal.
/// </summary>
internal sealed class JobLoop(Sweep sweep, TimeSpan interval, Func<CancellationToken, Task> signal, TimeProvider time, ILogger<JobLoop> log)
    : IBackgroundProcess
{
    public string Job => sweep.Job;

    /// <summary>When it looks next, if there is no signal before; null: it has not looked yet.</summary>
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
            log.LogError(fault, "The job {Job} could not look for what is due and will try again", Job);
        }
        Next = time.GetUtcNow() + interval;
        using var end = new CancellationTokenSource(interval, time);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop, end.Token);
        await signal(wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
