using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

public sealed class NativeMemoryWatchTests
{
    private const int Block = 64 * 1024; // the C library gives larger blocks back at once

    [Fact]
    public async Task Freed_native_memory_goes_back_to_the_system()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var blocks = new nint[4000];
        for (var i = 0; i < blocks.Length; i++)
            Marshal.Copy(new byte[Block], 0, blocks[i] = Marshal.AllocHGlobal(Block), Block);
        foreach (var block in blocks[..^1])
            Marshal.FreeHGlobal(block);
        var before = Resident();
        var clock = new FakeTimeProvider();
        using var watch = new NativeMemoryWatch(clock);
        await watch.StartAsync(CancellationToken.None);
        clock.Advance(NativeMemoryWatch.Interval);
        await Verbs.Until(() => Resident() < before - (100L * 1024 * 1024));
        await watch.StopAsync(CancellationToken.None);
        Marshal.FreeHGlobal(blocks[^1]); // kept until now: what is free at the end of the heap goes back without a call
    }

    private static long Resident() => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ')[^2],
        System.Globalization.CultureInfo.InvariantCulture) * 1024;
}
