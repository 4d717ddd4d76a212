using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OneTimeSecret.Core.Erasure;

/// <summary>How SQLite uses a stretch of bytes of a page.</summary>
internal enum StretchUse
{
    /// <summary>Headers and pointers. They hold numbers of SQLite and no data of rows.</summary>
    Structure,

    /// <summary>A cell of a page, or the part of a row in an overflow page.</summary>
    Content,

    /// <summary>Unused bytes: between the cell pointers and the cells, at the end of an overflow page, or a whole free page.</summary>
    Gap,

    /// <summary>Unused bytes that a deleted cell left, without the four-byte header that links free blocks.</summary>
    FreeBlock,

    /// <summary>One to three unused bytes between cells, too few for a free block.</summary>
    Fragment,
}

/// <summary>A run of bytes of a page that have the same use.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Stretch(int Start, int Length, StretchUse Use)
{
    public int End => Start + Length;

    public bool IsUnused => Use >= StretchUse.Gap;
}

/// <summary>A page of a B-tree and the use of each of its bytes (https://www.sqlite.org/fileformat2.html, section 1.6).</summary>
internal sealed class SqlitePage
{
    private const byte InteriorIndex = 2, InteriorTable = 5, LeafIndex = 10, LeafTable = 13;

    private readonly List<uint> _children = [];
    private readonly List<(uint Page, long Length)> _overflows = [];
    private readonly byte _kind;

    private SqlitePage(byte kind) => _kind = kind;

    /// <summary>The stretches of the page in order. Together they cover every byte.</summary>
    public IReadOnlyList<Stretch> Stretches { get; private set; } = [];

    /// <summary>The child pages.</summary>
    public IReadOnlyList<uint> Children => _children;

    /// <summary>The overflow chains of rows that do not fit the page: first page, and number of bytes in the chain.</summary>
    public IReadOnlyList<(uint Page, long Length)> Overflows => _overflows;

    /// <summary>Whether the page holds rows of a table. False for pages of an index and for interior pages.</summary>
    public bool HoldsRows => _kind == LeafTable;

    private bool IsInterior => _kind is InteriorIndex or InteriorTable;

    /// <summary>Reads a page. Null: the bytes are not a valid page of a B-tree.</summary>
    /// <param name="page">The bytes.</param>
    /// <param name="header">The offset of the page header: after the file header on page 1, else 0.</param>
    public static SqlitePage? Read(ReadOnlySpan<byte> page, int header)
    {
        if (page[header] is not (InteriorIndex or InteriorTable or LeafIndex or LeafTable))
            return null;
        try
        {
            var read = new SqlitePage(page[header]);
            return read.Fill(page, header) ? read : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // an offset points beyond the page
        }
    }

    private bool Fill(ReadOnlySpan<byte> page, int header)
    {
        var (cells, contentAt) = (Number(page, header + 3), Number(page, header + 5));
        if (contentAt == 0)
            contentAt = page.Length; // 65536 is stored as 0, because it does not fit into two bytes
        var pointers = header + (IsInterior ? 12 : 8);
        var taken = new List<Stretch>(cells + 4) { new(0, pointers + (2 * cells), StretchUse.Structure) };
        if (IsInterior)
            _children.Add(BinaryPrimitives.ReadUInt32BigEndian(page[(header + 8)..]));
        for (var i = 0; i < cells; i++)
            taken.Add(Cell(page, Number(page, pointers + (2 * i))));
        var last = 0;
        for (var at = Number(page, header + 1); at != 0; last = at, at = Number(page, at))
        {
            if (at <= last)
                return false;
            taken.Add(new(at, 4, StretchUse.Structure));
            taken.Add(new(at + 4, Number(page, at + 2) - 4, StretchUse.FreeBlock));
        }
        taken.Sort((a, b) => (a.Start, a.Length).CompareTo((b.Start, b.Length))); // a free block of four bytes adds an empty stretch
        return WithHoles(taken, contentAt, page.Length);
    }

    /// <summary>Adds the unused stretches between those that SQLite points to. False: two of these overlap.</summary>
    private bool WithHoles(List<Stretch> taken, int contentAt, int length)
    {
        var all = new List<Stretch>(taken.Count + 4);
        var at = 0;
        foreach (var stretch in taken.Append(new Stretch(length, 0, StretchUse.Structure)))
        {
            if (stretch.Start < at || stretch.Length < 0 || stretch.End > length)
                return false;
            var gapEnd = Math.Clamp(contentAt, at, stretch.Start);
            all.Add(new(at, gapEnd - at, StretchUse.Gap));
            all.Add(new(gapEnd, stretch.Start - gapEnd, StretchUse.Fragment));
            all.Add(stretch);
            at = stretch.End;
        }
        all.RemoveAll(stretch => stretch.Length == 0);
        Stretches = all;
        return true;
    }

    private Stretch Cell(ReadOnlySpan<byte> page, int start)
    {
        var at = start;
        if (IsInterior)
        {
            _children.Add(BinaryPrimitives.ReadUInt32BigEndian(page[at..]));
            at += 4;
        }
        if (_kind == InteriorTable)
        {
            Variable(page, ref at);
            return new(start, at - start, StretchUse.Structure);
        }
        var payload = Variable(page, ref at);
        if (_kind == LeafTable)
            Variable(page, ref at);
        var local = Local(payload, page.Length);
        at += local;
        if (local < payload)
        {
            _overflows.Add((BinaryPrimitives.ReadUInt32BigEndian(page[at..]), payload - local));
            at += 4;
        }
        return new(start, Math.Max(4, at - start), StretchUse.Content);
    }

    /// <summary>How many bytes of a payload are in its cell (file format, section 1.6, "cell payload overflow pages").</summary>
    private int Local(long payload, int size)
    {
        var most = _kind == LeafTable ? size - 35 : ((size - 12) * 64 / 255) - 23;
        if (payload <= most)
            return (int)payload;
        var least = ((size - 12) * 32 / 255) - 23;
        var fitting = least + (int)((payload - least) % (size - 4));
        return fitting <= most ? fitting : least;
    }

    private static int Number(ReadOnlySpan<byte> page, int at) => BinaryPrimitives.ReadUInt16BigEndian(page[at..]);

    /// <summary>Reads SQLite's variable-length integer: one to nine bytes with seven bits each, but eight in the ninth.</summary>
    internal static long Variable(ReadOnlySpan<byte> page, ref int at)
    {
        long value = 0;
        for (var i = 0; i < 8; i++)
        {
            var next = page.Slice(at++, 1)[0];
            value = (value << 7) | (next & 0x7Fu);
            if (next < 0x80)
                return value;
        }
        return (value << 8) | page.Slice(at++, 1)[0];
    }
}
