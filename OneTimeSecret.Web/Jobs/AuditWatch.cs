using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Writes bursts of refusals into the audit trail and its head outside of the database: at start, from time to time, and last of all when
/// the server stops.
/// </summary>
internal sealed class AuditWatch(
    RefusalBursts bursts, WriteAuditHead head, TimeProvider time, IOptions<AuditOptions> options, ILogger<AuditWatch> log)
    : BackgroundService
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(options.Value.HeadSeconds);
    private Task _pause = Task.CompletedTask;

    /// <summary>The first time before the first request is taken, which then has the database for itself.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Write(cancellationToken);
        // The first pause starts here, because the thread pool may start the loop later.
        _pause = Pause(CancellationToken.None);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Write(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _pause.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            _pause = Pause(stoppingToken);
            await Write(stoppingToken);
        }
    }

    private Task Pause(CancellationToken cancellation) => Task.Delay(_interval, time, cancellation);

    private async Task Write(CancellationToken cancellation)
    {
        try
        {
            await bursts.Write();
            await head.Run(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and writes it once more.
        }
        catch (Exception fault) // whatever somebody has done to the trail or its file stops nobody's secrets
        {
            log.LogError(fault, "The head of the audit trail could not be written; it is tried again");
        }
    }
}
