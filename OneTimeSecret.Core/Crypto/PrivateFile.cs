using System.Runtime.InteropServices;

namespace OneTimeSecret.Core.Crypto;

/// <summary>Files and folders that only the program's own user may read (modes 0600 and 0700, except on Windows).</summary>
internal static partial class PrivateFile
{
    public static FileStreamOptions NewOnly
    {
        get
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return options;
        }
    }

    /// <summary>Creates the folder if it does not exist.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else if (!Directory.Exists(path))
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Creates a folder inside a folder of the program if it does not exist, for the owner of the parent folder.</summary>
    public static void CreateSubfolder(string path)
    {
        if (Directory.Exists(path))
            return;
        CreateFolder(path);
        if (Heir(path) is { } owner && !UnixFile.Give(path, owner))
        {
            Directory.Delete(path);
            throw NotGiven(path, owner);
        }
    }

    /// <summary>
    /// Creates a file, which must not exist yet. If root creates it, it gets the owner of its folder. Otherwise a verb that root runs would
    /// leave files that a server of another user cannot open.
    /// </summary>
    public static FileStream Create(string path)
    {
        var file = new FileStream(path, NewOnly);
        if (Heir(path) is { } owner && !UnixFile.Give(file.SafeFileHandle, owner))
        {
            file.Dispose();
            File.Delete(path);
            throw NotGiven(path, owner);
        }
        return file;
    }

    /// <summary>
    /// Makes the folder's entries durable. A new name survives a power cut only after its folder is synced (fsync(2)).
    /// The framework cannot open folders, hence the three system calls.
    /// </summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Open(path, flags: 0);
        if (folder < 0 || Sync(folder) != 0)
            throw new IOException($"The folder {path} could not be synced to disk (error {Marshal.GetLastPInvokeError()}).");
        _ = Close(folder);
    }

    /// <summary>
    /// Waits until nobody else on this machine holds the lock of <paramref name="path"/>, and acquires it. Disposing releases it. It is a
    /// lock of the operating system on an empty file beside <paramref name="path"/>, so it ends with its process, even after a crash.
    /// </summary>
    /// <exception cref="IOException">Another holder kept the lock for ten seconds.</exception>
    public static FileStream LockBeside(string path)
    {
        var neighbour = path + ".lock";
        for (var tries = 1; ; tries++)
        {
            try
            {
                return File.Exists(neighbour)
                    ? new FileStream(neighbour, FileMode.Open, FileAccess.Write, FileShare.None)
                    : Create(neighbour);
            }
            catch (IOException) when (tries < 500 && File.Exists(neighbour))
            {
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>Overwrites a file with zeros and deletes it, as the database does with deleted rows.</summary>
    public static void Erase(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            var zeros = new byte[1024 * 1024];
            for (var left = file.Length; left > 0; left -= zeros.Length)
                file.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
            file.Flush(flushToDisk: true);
        }
        catch (FileNotFoundException)
        {
            return; // another process erased it first
        }
        File.Delete(path);
    }

    /// <summary>The new owner of a file or folder that root created: the owner of its parent folder. Null: the owner stays.</summary>
    private static FileOwner? Heir(string path)
    {
        var owner = Environment.IsPrivilegedProcess ? UnixFile.Owner(Path.GetDirectoryName(Path.GetFullPath(path))!) : null;
        return owner == UnixFile.Owner(path) ? null : owner;
    }

    private static IOException NotGiven(string path, FileOwner owner) => new(
        $"{path} cannot be created: its folder belongs to {owner}, and this user may not give files to others. Run this as that user.");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
