using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Refreshes the blocked networks and the banner, which are kept in memory because every request needs them. Other instances and verbs
/// can change them. It also ends live pages of blocked networks. The first refresh ends before the server accepts requests.
/// </summary>
internal sealed class MemoryWatch(
    BlockedNetworks blocked, CurrentBanner banner, LivePages pages, TimeProvider time, ILogger<MemoryWatch> log) : BackgroundService
{
    /// <summary>The time between two refreshes.</summary>
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
                log.LogWarning(fault, "Blocked networks and the banner could not be read; the server keeps using the previous ones");
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
