using System.Security.Cryptography;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Files that are replaced atomically: a new file is written beside the old one, synced and renamed, so a crash leaves either the old or
/// the new file. The new file keeps owner, group and mode of the old one, because a verb that root runs must not lock out a server of
/// another user. A symbolic link stays, and its target is replaced.
/// </summary>
internal static class ReplacedFile
{
    /// <summary>Replaces the file, or creates it (mode 0600).</summary>
    /// <exception cref="IOException">The file cannot be replaced and is unchanged. The message says why and what to do.</exception>
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

    /// <summary>Checks that <see cref="Write"/> could replace the file. Changes nothing.</summary>
    /// <exception cref="IOException">The file cannot be replaced.</exception>
    public static void Rehearse(string path)
    {
        var target = Target(path);
        Try(path, target, neighbour => CreateLike(target, neighbour).Dispose());
    }

    /// <summary>The file that <paramref name="path"/> leads to: itself, or the target of its symbolic links.</summary>
    /// <exception cref="IOException">A link leads to no file, or the links form a cycle.</exception>
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
                $"The symbolic link {path} leads to no file: {fault.Message}. Point it to a file, or replace it with the file.", fault);
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
            throw new IOException($"{path} cannot be replaced and is unchanged: {fault.Message}", fault);
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
        // The owner is set first, because a change of the owner clears bits of the mode.
        if (UnixFile.Owner(target) is { } owner && UnixFile.Owner(neighbour) != owner && !UnixFile.Give(file.SafeFileHandle, owner))
        {
            file.Dispose();
            throw new RefusedOwnerException(
                $"{target} cannot be replaced, because it belongs to {owner}, and this user may not make files for others. Nothing was "
                + "changed: run this as that user or as root.");
        }
        File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
        return file;
    }

    private sealed class RefusedOwnerException(string message) : IOException(message);
}
