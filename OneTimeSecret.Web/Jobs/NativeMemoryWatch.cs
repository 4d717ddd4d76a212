using System.Runtime.InteropServices;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Gives freed native memory back to the system every few seconds. The C library of most Linux systems (glibc) keeps what the runtime's
/// compiler and the database engine have freed: 40 MB under many different requests. Other C libraries have no such function, and nothing
/// is done.
/// </summary>
internal sealed class NativeMemoryWatch(TimeProvider time) : BackgroundService
{
    /// <summary>The time between two calls. A call takes a few milliseconds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private Task _pause = Task.CompletedTask;

    private delegate int MallocTrim(nuint pad);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The first pause starts here, because the thread pool may start the loop later.
        _pause = Task.Delay(Interval, time, CancellationToken.None);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Find() is not { } trim)
            return;
        while (true)
        {
            await _pause.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            _pause = Task.Delay(Interval, time, stoppingToken);
            trim(0);
        }
    }

    private static MallocTrim? Find() =>
        NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out var address)
            ? Marshal.GetDelegateForFunctionPointer<MallocTrim>(address)
            : null;
}
