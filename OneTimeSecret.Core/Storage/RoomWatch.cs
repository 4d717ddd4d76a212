using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Makes the reserve for a full disk before the first request, makes it again when there is room after it was used, and warns in the log
/// when room becomes short.
/// </summary>
internal sealed class RoomWatch(StorageRoom room, TimeProvider time, ILogger<RoomWatch> log) : BackgroundService
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private RoomState _last = RoomState.Enough;
    private Task _pause = Task.CompletedTask;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Look(cancellationToken);
        // The first pause starts here, because the thread pool may start the loop later.
        _pause = Task.Delay(Interval, time, CancellationToken.None);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _pause.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            _pause = Task.Delay(Interval, time, stoppingToken);
            await Look(stoppingToken);
        }
    }

    private async Task Look(CancellationToken cancellation)
    {
        try
        {
            room.MakeReserve();
            Say(await room.Look(cancellation));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException || EngineFault.Is(fault))
        {
            log.LogWarning(fault, "The room for new secrets could not be checked; the server will try again");
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Say(Room now)
    {
        if (now.State == _last)
            return;
        _last = now.State;
        if (now.State == RoomState.Enough)
            log.LogInformation("There is enough room for new secrets again");
        else
            log.LogWarning(
                "Room is {State}: {Used} bytes are used, {Free} are free, and the reserve is {Reserve}. New secrets are {Stored}: free "
                + "some space on the volume of the data folder, or see Storage:MaxBytes and Storage:ReserveMegabytes",
                now.State == RoomState.Full ? "used up" : "short", now.Used, now.Free, now.HasReserve ? "there" : "missing",
                now.State == RoomState.Full ? "refused" : "still stored");
    }
}
