using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Keeps in memory what every request asks for and administrators of other instances, or the operator's verbs, may change: blocked networks
/// and the banner. Live pages of a network that is blocked meanwhile end with it. It is read once before the first request is taken.
/// </summary>
internal sealed class MemoryWatch(
    BlockedNetworks blocked, CurrentBanner banner, LivePages pages, TimeProvider time, ILogger<MemoryWatch> log) : BackgroundService
{
    /// <summary>How old the memory gets at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private Task _pause = Task.CompletedTask;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Read(cancellationToken);
        // The first pause starts here, because the thread pool may start the loop later.
        _pause = Pause(CancellationToken.None);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _pause.WaitAsync(stoppingToken);
                _pause = Pause(stoppingToken);
                await Read(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault) when (EngineFault.Is(fault))
            {
                log.LogWarning(fault, "Blocked networks and the banner could not be read; what was read last goes on to count");
            }
        }
    }

    private Task Pause(CancellationToken cancellation) => Task.Delay(Interval, time, cancellation);

    private async Task Read(CancellationToken cancellation)
    {
        await blocked.Refresh(cancellation);
        pages.Cut(address => blocked.Find(address) is not null);
        await banner.Refresh(cancellation);
    }
}
