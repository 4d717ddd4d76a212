using System.Globalization;
using System.Runtime.CompilerServices;

namespace OneTimeSecret.Tests;

/// <summary>
/// Keeps the temporary files of the tests in memory if there is room, because each server syncs its database to the disk with every commit.
/// <c>TMPDIR</c>, if set, takes precedence.
/// </summary>
internal static class RamDisk
{
    private const string Disk = "/dev/shm";
    private const string Prefix = "ots-tests-";
    private const long Room = 4L << 30;

    [ModuleInitializer]
    internal static void Use()
    {
        if (Environment.GetEnvironmentVariable("TMPDIR") is not (null or "") || !Directory.Exists(Disk)
            || new DriveInfo(Disk).AvailableFreeSpace < Room)
            return;
        RemoveLeftovers();
        var folder = Directory.CreateDirectory(Path.Combine(Disk, $"{Prefix}{Environment.ProcessId}")).FullName;
        Environment.SetEnvironmentVariable("TMPDIR", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }

    /// <summary>Deletes the folders of test runs that were killed.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.GetDirectories(Disk, $"{Prefix}*"))
            if (int.TryParse(Path.GetFileName(folder)[Prefix.Length..], CultureInfo.InvariantCulture, out var id)
                && !Directory.Exists($"/proc/{id}"))
                Directory.Delete(folder, recursive: true);
    }
}
