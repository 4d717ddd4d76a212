using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The room for new secrets: the free bytes of the volume and what <see cref="StorageOptions.MaxBytes"/> leaves. It ends before the disk
/// is full, because deleting needs room too: overwritten pages go through the write-ahead log (docs/adr/0002). What the reserve holds is
/// for those writes only.
/// </summary>
public sealed class StorageRoom(
    DataFolder folder, IDbContextFactory<OtsDbContext> contexts, IOptions<StorageOptions> options, ILogger<StorageRoom> log)
{
    /// <summary>What a secret adds besides its box: the rest of its last page, its receipt, index entries, a row of the trail.</summary>
    private const long RowBytes = 8 * 1024;

    /// <summary>A volume with fewer free bytes is full: the engine cannot even create its small files.</summary>
    private const long NothingFree = 1024 * 1024;

    private readonly Lock _changing = new();
    private readonly ReserveFile _reserve = new(folder.Reserve, options.Value.ReserveMegabytes * 1024L * 1024);

    /// <summary>Measures the free bytes of the volume that this user may use. Tests replace it.</summary>
    internal Func<long> Free { get; set; } = () => new DriveInfo(
        OperatingSystem.IsWindows() ? Path.GetPathRoot(folder.Path)! : folder.Path).AvailableFreeSpace;

    /// <summary>Free bytes below which the database may not grow. Secrets still fit into its unused pages.</summary>
    private long ForGrowth => _reserve.Length / 4;

    /// <summary>Free bytes below which nothing new is stored. The log needs as much while secrets are deleted.</summary>
    private long ForLog => _reserve.Length / 8;

    /// <summary>Looks how much room is left.</summary>
    public async Task<Room> Look(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var (size, free) = (await db.Size(cancellation), Free());
        var state = !HasRoom(size, free, RowBytes, 0) ? RoomState.Full
            : free + size.Unused < 4 * _reserve.Length || (options.Value.MaxBytes is var max and > 0 && size.Used > max / 10 * 8)
                ? RoomState.Low
                : RoomState.Enough;
        return new Room
        {
            State = state, Used = size.Used, MaxBytes = options.Value.MaxBytes, Free = free + size.Unused, HasReserve = _reserve.IsHeld,
            DatabaseBytes = Length(folder.Database), LogBytes = Length(folder.Database + "-wal"),
        };
    }

    /// <summary>
    /// Whether a secret with a box of <paramref name="bytes"/> may be stored, decided in the write that stores it. The cost does not depend
    /// on what is stored: while there is plenty of room, it is one question to the file system.
    /// </summary>
    internal async Task<bool> Takes(OtsDbContext db, long bytes)
    {
        bytes += RowBytes;
        var (free, pending) = (Free(), db.AddToWrite(bytes));
        if (options.Value.MaxBytes == 0 && _reserve.IsHeld && free - (2 * pending) >= ForGrowth)
            return true;
        if (HasRoom(await db.Size(CancellationToken.None), free, bytes, pending))
            return true;
        db.AddToWrite(-bytes);
        return false;
    }

    /// <summary>Whether the volume has room for so many bytes that are written and freed again.</summary>
    internal bool Holds(long bytes) => Free() - bytes >= ForGrowth;

    /// <summary>Creates the reserve if it is missing and fits, so that new secrets are stored (again).</summary>
    /// <returns>Whether the reserve is there.</returns>
    internal bool MakeReserve()
    {
        lock (_changing)
        {
            if (_reserve.IsHeld)
                return true;
            _reserve.Delete(); // of another size, or cut off by a crash
            if (Free() < _reserve.Length + ForLog)
                return false;
            _reserve.Create();
            log.LogInformation("The reserve of {Bytes} bytes for a full disk was made", _reserve.Length);
            return true;
        }
    }

    /// <summary>Deletes the reserve after a write failed because the disk is full. From now on no new secrets are stored.</summary>
    internal void FreeReserve()
    {
        lock (_changing)
        {
            if (_reserve.Delete())
                log.LogError(
                    "The disk is full. The reserve was deleted so that secrets can still be revealed, burned and erased. New secrets are "
                    + "refused until there is room for it again: free some space on the volume of the data folder");
        }
    }

    /// <summary>Deletes the reserve if the volume is full, for what has to be written before the first write.</summary>
    internal void FreeReserveIfFull()
    {
        if (Free() < NothingFree)
            FreeReserve();
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Whether a secret fits: into the limit, and either into unused pages or into a database that may grow.</summary>
    /// <param name="size">The size of the database, with what the current write has already added.</param>
    /// <param name="free">Free bytes of the volume.</param>
    /// <param name="bytes">What is to be added.</param>
    /// <param name="pending">What the current write adds in all. It goes to the log first, and into the database later.</param>
    private bool HasRoom(StoredSize size, long free, long bytes, long pending) =>
        _reserve.IsHeld
        && (options.Value.MaxBytes == 0 || size.Used + bytes <= options.Value.MaxBytes)
        && (free - (2 * pending) >= ForGrowth || (free - pending >= ForLog && size.Unused >= bytes));
}

/// <summary>The room for new secrets.</summary>
public sealed record Room
{
    /// <summary>Whether it is enough.</summary>
    public required RoomState State { get; init; }

    /// <summary>Bytes of the database that hold rows. The file is larger, because it never shrinks by itself.</summary>
    public required long Used { get; init; }

    /// <summary><see cref="StorageOptions.MaxBytes"/>. 0: no limit.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Free bytes of the volume, and unused bytes of the database.</summary>
    public required long Free { get; init; }

    /// <summary>Whether the reserve for a full disk is there.</summary>
    public required bool HasReserve { get; init; }

    /// <summary>Size of the database file in bytes.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>Size of the write-ahead log in bytes.</summary>
    public required long LogBytes { get; init; }
}

/// <summary>Whether there is enough room.</summary>
public enum RoomState
{
    /// <summary>Enough.</summary>
    Enough,

    /// <summary>Less than four times the reserve is free, or more than 80 % of the limit is used.</summary>
    Low,

    /// <summary>New secrets are refused.</summary>
    Full,
}
