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
/// Searches the raw files for remains of deleted rows (docs/erasure.md): boxes of no live row in bytes that SQLite does not use, and
/// pieces of such rows.
/// </summary>
public sealed class VerifyErasure(
    IEnumerable<SealedColumn> columns, DataFolder folder, IDbContextFactory<OtsDbContext> contexts) : IDisposable
{
    private const string Accounts = "AspNetUsers";

    // When a process closes any descriptor of a file, POSIX drops all its locks on the file, including SQLite's. Another process could
    // then believe that nobody uses the database. So the file is opened once, and closed when the program ends.
    private readonly Lazy<SafeFileHandle> _file = new(
        () => File.OpenHandle(folder.Database, share: FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Searches the files. Holds a read transaction meanwhile, which delays an erasure but no writer.</summary>
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

    /// <summary>Searches once. Null: the log was restarted meanwhile, which is possible while the database holds all of it.</summary>
    private async Task<ErasureReport?> Look(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await db.Database.OpenConnectionAsync(cancellation);
        // Deferred, because the provider would otherwise hold the write lock during the whole search.
        await using var instant = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await db.Database.UseTransactionAsync(instant, cancellation);
        await db.KeyChecks.AnyAsync(cancellation); // the first read: from here on no checkpoint changes existing pages
        var pageSize = await PageSize(db, cancellation);
        using var wal = new SqliteWal(folder.Database, pageSize); // the search sees this instant, with commits since the first read
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
        // The names are read last: a box in the files that no row has now is a leftover, even if its row was deleted just now.
        await using var now = await contexts.CreateDbContextAsync(cancellation);
        var (files, dirty) = unused.Judge(await LiveNames(now, cancellation));
        var erased = await LastErasure(now, cancellation);
        return new ErasureReport(
            files, pages.Count, free, dirty, erased?.Ended, await OldestDelete(now, erased?.Started, cancellation));
    }

    private uint Collect(SqlitePages pages, SqliteWal wal, UnusedBytes unused, CancellationToken cancellation)
    {
        var trees = SqliteTree.All(pages);
        // Pieces do not count in indexes and in tables without boxes: secure_delete clears a page before another tree gets it, so it
        // holds nothing sealed, and old values of sessions and job runs are no leftovers. They do not count in accounts either, whose
        // rows stay when an address, a stamp or a key in them changes. Whole boxes count everywhere.
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

        // No byte of an outdated image is in use. Its headers and pointers are skipped, because they hold no data of rows.
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

    /// <summary>The time of the oldest reveal, burn or purge since <paramref name="erased"/> that a row still records.</summary>
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
