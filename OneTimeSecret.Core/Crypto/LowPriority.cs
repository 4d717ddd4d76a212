using System.Runtime.InteropServices;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Makes a thread leave the processor to others. The runtime's own thread priorities have no effect on Linux, where each thread has a nice
/// value. On other systems nothing is done.
/// </summary>
internal static class LowPriority
{
    /// <summary>Others get some nine times as much of a core that they share.</summary>
    private const int Nice = 10;

    private const int OfThread = 0; // PRIO_PROCESS, which means one thread on Linux

    private static readonly SetPriority? Set =
        OperatingSystem.IsLinux()
        && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "setpriority", out var address)
            ? Marshal.GetDelegateForFunctionPointer<SetPriority>(address)
            : null;

    private delegate int SetPriority(int which, uint who, int nice);

    /// <summary>Lowers the priority of the calling thread for good. A thread may not raise it again.</summary>
    public static void ForThisThread() => Set?.Invoke(OfThread, 0, Nice);
}
