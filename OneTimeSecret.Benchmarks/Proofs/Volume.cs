using System.Diagnostics;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>A small volume of its own (tmpfs), which can run full. Only root can mount one.</summary>
internal sealed class Volume : IDisposable
{
    private Volume(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts a volume. Null, with a reason, if this is not possible here.</summary>
    public static Volume? Mount(int megabytes, out string reason)
    {
        reason = "only root on Linux can mount a volume";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return null;
        var path = ProofSettings.NewFolder();
        if (Ran("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path))
            return new Volume(path);
        Directory.Delete(path);
        reason = "mounting a tmpfs failed";
        return null;
    }

    /// <summary>Writes a file that takes all room. Returns its path.</summary>
    public string Fill()
    {
        var path = System.IO.Path.Combine(Path, "ballast");
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            return path;
        }
    }

    /// <summary>Whether files of this folder can be made immutable, so that writes to open files fail.</summary>
    public static bool CanFreeze(string folder, out string reason)
    {
        reason = "only root on Linux can make files immutable";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return false;
        reason = $"the file system of {folder} does not stop writes to open files that are immutable (ext4 does)";
        var path = System.IO.Path.Combine(folder, "probe");
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (!Ran("chattr", "+i", path))
            return false;
        try
        {
            file.WriteByte(1);
            return false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return true;
        }
        finally
        {
            Ran("chattr", "-i", path);
            File.Delete(path);
        }
    }

    /// <summary>Makes files immutable, or mutable again.</summary>
    public static void Freeze(string[] files, bool frozen) => Ran("chattr", [frozen ? "+i" : "-i", .. files]);

    public void Dispose()
    {
        Ran("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static bool Ran(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
