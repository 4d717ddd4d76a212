using System.Buffers.Binary;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// Collects bytes that no live row uses, and separates leftovers of deleted rows from copies of live rows. Copies are harmless and
/// common: when SQLite moves cells to another page, even in VACUUM, it does not always overwrite the old place.
/// </summary>
/// <remarks>
/// A whole box is recognized by its name. Other bytes are compared in blocks of eight. A block that occurs in live content, at any
/// offset, is a copy. A run of <see cref="PieceBlocks"/> blocks that are not copies is a piece of a deleted row. Shorter runs do not
/// count: where two copies meet, one or two blocks belong to neither.
/// </remarks>
internal sealed class UnusedBytes
{
    /// <summary>The least number of consecutive blocks in a piece. Every piece of 32 bytes or more contains as many.</summary>
    private const int PieceBlocks = 3;

    /// <summary>How many blocks are collected before they are compared. They take about 100 MB of memory.</summary>
    private const int Enough = 4_000_000;

    private const int Block = sizeof(ulong);

    private readonly Dictionary<(UInt128 Name, DatabaseFile File), HashSet<uint>> _boxes = [];
    private readonly List<(DatabaseFile File, uint Page, int Length)> _stretches = [];
    private readonly List<ulong> _blocks = [];
    private readonly Dictionary<DatabaseFile, int> _pieces = [];
    private readonly HashSet<uint> _dirty = [];

    /// <summary>Whether the caller must call <see cref="Settle"/> now.</summary>
    public bool IsFull => _blocks.Count >= Enough;

    /// <summary>Adds a stretch of a page or of a frame of the log.</summary>
    /// <param name="file">Where it was found.</param>
    /// <param name="page">The page's number.</param>
    /// <param name="bytes">The stretch.</param>
    /// <param name="heldRows">Whether rows with boxes may have been here. Only then pieces count.</param>
    public void Add(DatabaseFile file, uint page, ReadOnlySpan<byte> bytes, bool heldRows)
    {
        foreach (var name in Names(bytes))
        {
            if (!_boxes.TryGetValue((name, file), out var pages))
                _boxes[(name, file)] = pages = [];
            pages.Add(page);
        }
        if (heldRows)
            AddPieces(file, page, bytes);
    }

    /// <summary>Compares the blocks collected so far with live content, and counts the pieces.</summary>
    /// <param name="showLive">Shows all content of live rows.</param>
    public void Settle(Action<ShowPage> showLive)
    {
        var unknown = _blocks.ToHashSet();
        if (unknown.Count > 0)
            showLive((_, bytes, stretches, holdsRows) =>
            {
                foreach (var stretch in stretches)
                    if (holdsRows && stretch.Use == StretchUse.Content)
                        for (var at = stretch.Start; at + Block <= stretch.End; at++)
                            unknown.Remove(BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
            });
        var first = 0;
        foreach (var (file, page, length) in _stretches)
        {
            var found = 0;
            for (int i = first, row = 0; i < first + length; i++)
                found += (row = unknown.Contains(_blocks[i]) ? row + 1 : 0) == PieceBlocks ? 1 : 0;
            Count(file, page, found);
            first += length;
        }
        _stretches.Clear();
        _blocks.Clear();
    }

    /// <summary>Returns what deleted rows left. <paramref name="live"/> holds the names of all boxes in live rows.</summary>
    public (IReadOnlyDictionary<DatabaseFile, Leftover> Files, int DirtyPages) Judge(HashSet<UInt128> live)
    {
        var dead = _boxes.Where(box => !live.Contains(box.Key.Name)).ToList();
        var dirty = dead.Where(box => box.Key.File == DatabaseFile.Database).SelectMany(box => box.Value).Concat(_dirty).Distinct().Count();
        var files = Enum.GetValues<DatabaseFile>().ToDictionary(
            file => file,
            file => new Leftover(dead.Count(box => box.Key.File == file), _pieces.GetValueOrDefault(file)));
        return (files, dirty);
    }

    /// <summary>The name of a box: its first 16 bytes, which are mark and nonce.</summary>
    public static UInt128 Name(ReadOnlySpan<byte> box) => BinaryPrimitives.ReadUInt128BigEndian(box);

    private static List<UInt128> Names(ReadOnlySpan<byte> bytes)
    {
        var names = new List<UInt128>();
        for (int at; (at = bytes.IndexOf(Box.Mark)) >= 0 && at + Box.NameLength <= bytes.Length; bytes = bytes[(at + 1)..])
            names.Add(Name(bytes[at..]));
        return names;
    }

    /// <summary>Keeps runs of nonzero blocks that are long enough to be pieces.</summary>
    private void AddPieces(DatabaseFile file, uint page, ReadOnlySpan<byte> bytes)
    {
        var first = _blocks.Count;
        for (; bytes.Length >= Block; bytes = bytes[Block..])
        {
            var block = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if (block != 0)
                _blocks.Add(block);
            if (block != 0 && bytes.Length >= 2 * Block)
                continue;
            var length = _blocks.Count - first;
            if (length >= PieceBlocks)
                _stretches.Add((file, page, length));
            else
                _blocks.RemoveRange(first, length);
            first = _blocks.Count;
        }
    }

    private void Count(DatabaseFile file, uint page, int pieces)
    {
        if (pieces == 0)
            return;
        _pieces[file] = _pieces.GetValueOrDefault(file) + pieces;
        if (file == DatabaseFile.Database)
            _dirty.Add(page);
    }
}
