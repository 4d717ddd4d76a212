using System.Security.Cryptography;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Files that are replaced as a whole: written beside, synced and renamed into place, so that a crash leaves the old or the new. The new
/// file keeps owner, group and mode of the old one: a verb that root runs must not lock out the server, which is another user. A symbolic
/// link stays, and the file that it leads to is replaced.
/// </summary>
internal static class ReplacedFile
{
    /// <summary>Replaces the file, or makes it (mode 0600).</summary>
    /// <exception cref="IOException">It cannot be done, and the file is as it was; the message says why and what to do.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Target(path);
        Try(path, target, neighbour =>
        {
            using (var file = CreateLike(target, neighbour))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(neighbour, target, overwrite: true);
        });
        PrivateFile.SyncFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>Refuses what <see cref="Write"/> would refuse, and changes nothing.</summary>
    /// <exception cref="IOException">The file could not be replaced.</exception>
    public static void Rehearse(string path)
    {
        var target = Target(path);
        Try(path, target, neighbour => CreateLike(target, neighbour).Dispose());
    }

    /// <summary>The file that <paramref name="path"/> leads to: itself, or the end of its symbolic links.</summary>
    /// <exception cref="IOException">A link leads nowhere, or in a circle.</exception>
    public static string Target(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
            return path;
        try
        {
            return OperatingSystem.IsWindows() ? file.ResolveLinkTarget(returnFinalTarget: true)!.FullName : UnixFile.Follow(path);
        }
        catch (IOException fault)
        {
            throw new IOException(
                $"The symbolic link {path} leads to no file: {fault.Message}. Make it lead to one, or put the file in its place.", fault);
        }
    }

    private static void Try(string path, string target, Action<string> replace)
    {
        var neighbour = $"{target}.{RandomNumberGenerator.GetHexString(8)}.new";
        try
        {
            replace(neighbour);
        }
        catch (UnauthorizedAccessException fault)
        {
            var folder = Path.GetDirectoryName(target)!;
            var owner = UnixFile.Owner(folder) is { } known ? $" ({known})" : "";
            throw new IOException(
                $"{path} cannot be replaced, because this user may not write to the folder {folder}. Nothing was changed: run this as the "
                + $"owner of that folder{owner} or as root.", fault);
        }
        catch (IOException fault) when (fault is not RefusedOwnerException)
        {
            throw new IOException($"{path} cannot be replaced, and is as it was: {fault.Message}", fault);
        }
        finally
        {
            if (File.Exists(neighbour))
                File.Delete(neighbour);
        }
    }

    private static FileStream CreateLike(string target, string neighbour)
    {
        var file = PrivateFile.Create(neighbour);
        if (OperatingSystem.IsWindows() || !File.Exists(target))
            return file;
        // The owner first: giving a file away takes bits off its mode.
        if (UnixFile.Owner(target) is { } owner && UnixFile.Owner(neighbour) != owner && !UnixFile.Give(file.SafeFileHandle, owner))
        {
            file.Dispose();
            throw new RefusedOwnerException(
                $"{target} cannot be replaced, because it belongs to {owner}, and this user may not make files of theirs. Nothing was "
                + "changed: run this as that user or as root.");
        }
        File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
        return file;
    }

    private sealed class RefusedOwnerException(string message) : IOException(message);
}
