using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The lock that a server holds on its data folder while it runs. Two servers on one folder claim each secret once, because the database
/// decides. But limits are counted, and open pages are told what changed, within one process. So a second server is refused unless both
/// allow it (<see cref="StorageOptions.Shared"/>). Verbs of the command line take no lock: they work beside a server.
/// </summary>
/// <remarks>It is a lock of the operating system on an empty file, so it ends with its process, even after a crash.</remarks>
public sealed class ServerLock(DataFolder folder, IOptions<StorageOptions> options, ILogger<ServerLock> log) : IDisposable
{
    private FileStream? _held;

    /// <summary>Acquires the lock. Must be called before the database is opened, so that a refused server migrates nothing.</summary>
    /// <param name="alone">Whether no server may use the folder, not even one that would share it.</param>
    /// <exception cref="IOException">Another server uses the folder, or the folder cannot be used.</exception>
    public void Acquire(bool alone = false)
    {
        using var order = folder.Open(); // servers that start at once acquire it one after the other
        var (path, isShared) = (Path.Combine(folder.Path, "server.lock"), options.Value.Shared && !alone);
        if (!File.Exists(path))
            PrivateFile.Create(path).Dispose();
        try
        {
            _held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, isShared ? FileShare.ReadWrite : FileShare.None);
        }
        catch (IOException fault)
        {
            throw new IOException(
                $"Another server uses the data folder {folder.Path}. Stop it, or name another folder with --data. "
                + "Only servers that all have Storage:Shared=true may use one folder together (docs/configuration.md).",
                fault);
        }
        if (isShared)
            log.LogWarning(
                "Storage:Shared lets other servers use the data folder {Folder} too. Each counts limits on requests by itself, and tells "
                + "its open pages only of its own changes",
                folder.Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _held?.Dispose();
}
