using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Jobs;

/// <summary>Every minute: purges what has expired and empties the write-ahead log of what was deleted.</summary>
internal sealed class Sweep(PurgeExpired purge, EraseDeleted erase, TimeProvider time, ILogger<Sweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var (secrets, receipts) = await purge.Run(stoppingToken);
                var erased = await erase.Run(scrub: false, stoppingToken);
                if (secrets + receipts > 0 || erased != ErasureOutcome.Complete)
                    log.LogInformation("Purged {Secrets} secrets and {Receipts} receipts; erasure {Outcome}", secrets, receipts, erased);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // The next round tries again; what is due is decided by time, not by this job.
                log.LogError(fault, "The sweep of expired secrets failed");
            }
        }
    }
}
