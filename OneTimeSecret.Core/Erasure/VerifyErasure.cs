using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Win32.SafeHandles;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// Looks into the raw files for what deleted rows left behind (docs/erasure.md): boxes that belong to no live row, wherever SQLite
/// uses the bytes for nothing, and pieces of such rows.
/// </summary>
public sealed class VerifyErasure(
    IEnumerable<SealedColumn> columns, DataFolder folder, IDbContextFactory<OtsDbContext> contexts) : IDisposable
{
    private const string Accounts = "AspNetUsers";

    // POSIX drops all locks that a process has on a file when it closes any descriptor of it, SQLite's too: a second process could
    // then believe that nobody uses the database. So it is opened once, and closed with everything else.
    private readonly Lazy<SafeFileHandle> _file = new(
        () => File.OpenHandle(folder.Database, share: FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Looks. Holds a read transaction meanwhile, which delays an erasure but no writer.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public async Task<ErasureReport> Run(CancellationToken cancellation)
    {
        for (; ; )
            if (await Look(cancellation) is { } report)
                return report;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file.IsValueCreated)
            _file.Value.Dispose();
    }

    /// <summary>Null when the log was begun anew meanwhile, as it may be while all of it is in the database.</summary>
    private async Task<ErasureReport?> Look(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await db.Database.OpenConnectionAsync(cancellation);
        // Deferred: the provider would otherwise take the write lock, and keep it for as long as the look lasts.
        await using var instant = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await db.Database.UseTransactionAsync(instant, cancellation);
        await db.KeyChecks.AnyAsync(cancellation); // the first read: from here on nothing moves that was there
        var pageSize = await PageSize(db, cancellation);
        using var wal = new SqliteWal(folder.Database, pageSize); // and this is the instant, if there were commits since
        var pages = new SqlitePages(_file.Value, pageSize, wal);
        var unused = new UnusedBytes();
        uint free;
        try
        {
            free = Collect(pages, wal, unused, cancellation);
        }
        catch (Exception torn) when (torn is InvalidDataException or EndOfStreamException && wal.WasRestarted)
        {
            return null;
        }
        if (wal.WasRestarted)
            return null;
        // The names come last: a box that is in the files and in no row now is a leftover, even if it died while we looked.
        await using var now = await contexts.CreateDbContextAsync(cancellation);
        var (files, dirty) = unused.Judge(await LiveNames(now, cancellation));
        var erased = await LastErasure(now, cancellation);
        return new ErasureReport(
            files, pages.Count, free, dirty, erased?.Ended, await OldestDelete(now, erased?.Started, cancellation));
    }

    private uint Collect(SqlitePages pages, SqliteWal wal, UnusedBytes unused, CancellationToken cancellation)
    {
        var trees = SqliteTree.All(pages);
        // Pages of indexes and of tables without boxes: with secure_delete a page is empty when it changes hands, so nothing sealed
        // gets there, and what changes in sessions and runs of jobs is no leftover. Nor is it in accounts, whose rows live on when an
        // address, a stamp or a key in them changes. A box is one wherever it lies.
        var withBoxes = columns.Select(column => column.Table).ToHashSet(StringComparer.Ordinal);
        withBoxes.Remove(Accounts);
        var withoutBoxes = new HashSet<uint>();
        foreach (var tree in trees)
            pages.ShowTree(tree.Root, (page, bytes, stretches, holdsRows) =>
            {
                if (!holdsRows || !tree.IsTable || !withBoxes.Contains(tree.Table))
                    withoutBoxes.Add(page);
                Take(DatabaseFile.Database, page, bytes, stretches.Where(s => s.IsUnused), holdsRows);
            });
        var free = pages.ShowFree((page, bytes, stretches, _) =>
            Take(DatabaseFile.Database, page, bytes, stretches.Where(s => s.IsUnused), holdsRows: true));
        wal.ReadOvertaken((page, bytes) => TakeImage(DatabaseFile.Wal, page, bytes.Span));
        pages.ReadOvertaken((page, bytes) => TakeImage(DatabaseFile.Database, page, bytes.Span));
        ReadJournal(pages.PageSize, (chunk, bytes) =>
            Take(DatabaseFile.Journal, chunk, bytes.Span, [new(0, bytes.Length, StretchUse.Gap)], holdsRows: true));
        unused.Settle(ShowLive);
        return free;

        void Take(DatabaseFile file, uint page, ReadOnlySpan<byte> bytes, IEnumerable<Stretch> stretches, bool holdsRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var pieces = holdsRows && (file == DatabaseFile.Journal || !withoutBoxes.Contains(page));
            foreach (var stretch in stretches)
                unused.Add(file, page, bytes.Slice(stretch.Start, stretch.Length), pieces);
            if (unused.IsFull)
                unused.Settle(ShowLive);
        }

        // Of an image that was overtaken nothing is in use; its headers and pointers are still no rows.
        void TakeImage(DatabaseFile file, uint page, ReadOnlySpan<byte> bytes)
        {
            var read = SqlitePage.Read(bytes, SqlitePages.HeaderOf(page));
            var stretches = read?.Stretches ?? pages.Numbers(bytes);
            Take(file, page, bytes, stretches.Where(s => s.Use != StretchUse.Structure), read?.HoldsRows ?? true);
        }

        void ShowLive(ShowPage show)
        {
            foreach (var tree in trees.Where(tree => tree.IsTable))
                pages.ShowTree(tree.Root, show);
        }
    }

    private void ReadJournal(int chunkSize, Action<uint, ReadOnlyMemory<byte>> show)
    {
        if (!File.Exists(folder.Database + "-journal"))
            return;
        using var file = new FileStream(
            folder.Database + "-journal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var chunk = new byte[chunkSize];
        for (var (number, length) = (1u, 0); (length = file.ReadAtLeast(chunk, chunkSize, throwOnEndOfStream: false)) > 0; number++)
            show(number, chunk.AsMemory(0, length));
    }

    private static async Task<int> PageSize(OtsDbContext db, CancellationToken cancellation) =>
        (await db.Database.SqlQueryRaw<int>("SELECT page_size AS Value FROM pragma_page_size").ToListAsync(cancellation)).Single();

    private async Task<HashSet<UInt128>> LiveNames(OtsDbContext db, CancellationToken cancellation)
    {
        var names = new HashSet<UInt128>();
        foreach (var (_, _, boxes) in columns)
            await foreach (var box in boxes(db).AsAsyncEnumerable().WithCancellation(cancellation))
                if (box?.Length >= Box.NameLength)
                    names.Add(UnusedBytes.Name(box));
        return names;
    }

    private static Task<JobRun?> LastErasure(OtsDbContext db, CancellationToken cancellation) => db.JobRuns.AsNoTracking()
        .Where(r => r.Job == JobNames.Erase && r.Result == JobResult.Done && r.Ended != null)
        .OrderByDescending(r => r.Ended).FirstOrDefaultAsync(cancellation);

    /// <summary>The oldest reveal, burn or purge since <paramref name="erased"/>, as far as rows still tell of it.</summary>
    private static async Task<DateTimeOffset?> OldestDelete(OtsDbContext db, DateTimeOffset? erased, CancellationToken cancellation)
    {
        var since = erased ?? DateTimeOffset.UnixEpoch;
        var claim = await db.Receipts
            .Where(r => (r.State == ReceiptState.Received || r.State == ReceiptState.Burned) && r.Updated > since)
            .MinAsync(r => (DateTimeOffset?)r.Updated, cancellation);
        var purge = await db.JobRuns
            .Where(r => r.Job == JobNames.Purge && r.Count > 0 && r.Ended > since)
            .MinAsync(r => r.Ended, cancellation);
        return new[] { claim, purge }.Min();
    }
}
