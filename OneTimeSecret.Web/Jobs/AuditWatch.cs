using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Writes counted refusals into the audit trail, then the head of the trail to its file and the log: at the start, every
/// <c>Audit:HeadSeconds</c>, and when the server stops, after the jobs.
/// </summary>
internal sealed class AuditWatch(
    RefusalBursts bursts, WriteAuditHead head, TimeProvider time, IOptions<AuditOptions> options, ILogger<AuditWatch> log)
    : BackgroundService
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(options.Value.HeadSeconds);
    private Task _pause = Task.CompletedTask;

    /// <summary>The first write ends before the server accepts requests, so it does not compete with them for the database.</summary>
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
            // The server stops. StopAsync writes once more.
        }
        catch (Exception fault) // a damaged trail or head file must not stop the server
        {
            log.LogError(fault, "The head of the audit trail could not be written; the server will try again");
        }
    }
}
