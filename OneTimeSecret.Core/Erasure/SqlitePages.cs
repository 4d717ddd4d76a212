using System.Buffers.Binary;
using System.Collections;
using Microsoft.Win32.SafeHandles;

namespace OneTimeSecret.Core.Erasure;

/// <summary>Receives a page, its bytes, their use, and whether the page holds rows or may have held some.</summary>
internal delegate void ShowPage(uint page, ReadOnlySpan<byte> bytes, IReadOnlyList<Stretch> stretches, bool holdsRows);

/// <summary>
/// The pages of a database at one instant, read directly from the files without SQLite. The caller must hold a read transaction. Then no
/// checkpoint moves later commits into the database file, and <see cref="SqliteWal.WasRestarted"/> reports a restart of the log.
/// </summary>
internal sealed class SqlitePages
{
    /// <summary>The length of the file header, which precedes the header of page 1.</summary>
    public const int FileHeaderLength = 100;

    private readonly SafeFileHandle _file;
    private readonly SqliteWal _wal;
    private readonly BitArray _shown;

    public SqlitePages(SafeFileHandle file, int pageSize, SqliteWal wal)
    {
        (_file, _wal, PageSize) = (file, wal, pageSize);
        InFile = (uint)(RandomAccess.GetLength(file) / pageSize);
        Count = wal.Pages ?? InFile;
        _shown = new BitArray(checked((int)Count + 1));
    }

    public int PageSize { get; }

    /// <summary>The number of pages of the database, including commits in the log.</summary>
    public uint Count { get; }

    /// <summary>The number of pages in the database file alone.</summary>
    public uint InFile { get; }

    /// <summary>Shows every page of the tree at <paramref name="root"/>, with the overflow pages of its rows.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public void ShowTree(uint root, ShowPage show)
    {
        var waiting = new Stack<uint>([root]);
        var bytes = new byte[PageSize];
        var seen = 0u;
        while (waiting.TryPop(out var number))
        {
            if (++seen > Count)
                throw Damaged(number); // the tree contains a cycle
            Read(number, bytes);
            var page = SqlitePage.Read(bytes, HeaderOf(number)) ?? throw Damaged(number);
            show(number, bytes, page.Stretches, page.HoldsRows);
            foreach (var (first, length) in page.Overflows)
                ShowOverflow(first, length, show);
            foreach (var child in page.Children)
                waiting.Push(child);
        }
    }

    /// <summary>Shows the pages of the free list, and then all pages not shown so far. Call this after all trees.</summary>
    /// <returns>How many pages are on the free list.</returns>
    public uint ShowFree(ShowPage show)
    {
        var bytes = new byte[PageSize];
        Read(1, bytes);
        var (trunk, free) = (Number(bytes, 32), Number(bytes, 36));
        while (trunk != 0)
        {
            if (_shown[(int)Math.Min(trunk, Count)])
                throw Damaged(trunk);
            Read(trunk, bytes);
            show(trunk, bytes, Numbers(bytes), holdsRows: true);
            trunk = Number(bytes, 0);
        }
        for (var page = 1u; page <= Count; page++)
        {
            if (_shown[(int)page])
                continue;
            Read(page, bytes);
            show(page, bytes, [new Stretch(0, PageSize, StretchUse.Gap)], holdsRows: true);
        }
        return free;
    }

    /// <summary>Shows the outdated pages in the database file: replaced by the log, or beyond the end of the database.</summary>
    public void ReadOvertaken(Action<uint, ReadOnlyMemory<byte>> show)
    {
        var bytes = new byte[PageSize];
        for (var page = 1u; page <= InFile; page++)
            if ((page > Count || _wal.Holds(page)) && RandomAccess.Read(_file, bytes, Offset(page)) == PageSize)
                show(page, bytes);
    }

    public static int HeaderOf(uint page) => page == 1 ? FileHeaderLength : 0;

    /// <summary>
    /// The stretches of a page outside all trees. Page numbers count as structure, because SQLite leaves them behind when it takes a page
    /// from the free list. All other bytes are unused.
    /// </summary>
    public IReadOnlyList<Stretch> Numbers(ReadOnlySpan<byte> page)
    {
        var stretches = new List<Stretch>();
        for (var at = 0; at < PageSize; at += sizeof(uint))
        {
            var use = BinaryPrimitives.ReadUInt32BigEndian(page[at..]) <= Count ? StretchUse.Structure : StretchUse.Gap;
            if (stretches is [.., var last] && last.Use == use)
                stretches[^1] = last with { Length = last.Length + sizeof(uint) };
            else
                stretches.Add(new(at, sizeof(uint), use));
        }
        return stretches;
    }

    private void ShowOverflow(uint page, long length, ShowPage show)
    {
        var bytes = new byte[PageSize];
        while (length > 0)
        {
            Read(page, bytes);
            var content = (int)Math.Min(length, PageSize - sizeof(uint));
            show(page, bytes,
            [
                new(0, sizeof(uint), StretchUse.Structure),
                new(sizeof(uint), content, StretchUse.Content),
                new(sizeof(uint) + content, PageSize - sizeof(uint) - content, StretchUse.Gap),
            ],
            holdsRows: true);
            (page, length) = (Number(bytes, 0), length - content);
        }
    }

    private void Read(uint page, byte[] into)
    {
        if (page == 0 || page > Count)
            throw Damaged(page);
        _shown[(int)page] = true;
        if (!_wal.TryRead(page, into) && RandomAccess.Read(_file, into, Offset(page)) != PageSize)
            throw Damaged(page);
    }

    private long Offset(uint page) => (page - 1L) * PageSize;

    private static uint Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private static InvalidDataException Damaged(uint page) =>
        new($"The database is damaged at page {page}. Run `PRAGMA integrity_check` on it, and restore a backup.");
}
