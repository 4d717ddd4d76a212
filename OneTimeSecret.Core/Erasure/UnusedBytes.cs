using System.Buffers.Binary;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// Collects bytes that no live row uses, and tells leftovers from copies of live rows. Copies are harmless and common: when SQLite
/// moves cells to another page, in VACUUM too, it does not always overwrite the place they came from.
/// </summary>
/// <remarks>
/// Whole boxes are known by their names. Other bytes are taken in blocks of eight; a block that stands anywhere in live content, at
/// any offset, is a copy. <see cref="PieceBlocks"/> blocks in a row that are no copies are a piece of something that is gone: where
/// two copies meet, one or two blocks belong to neither.
/// </remarks>
internal sealed class UnusedBytes
{
    /// <summary>Fewer blocks of bytes that nothing live holds are no piece. Every piece of 32 bytes or more counts.</summary>
    private const int PieceBlocks = 3;

    /// <summary>Blocks that are kept before they are compared: about 100 MB with what belongs to them.</summary>
    private const int Enough = 4_000_000;

    private const int Block = sizeof(ulong);

    private readonly Dictionary<(UInt128 Name, DatabaseFile File), HashSet<uint>> _boxes = [];
    private readonly List<(DatabaseFile File, uint Page, int Length)> _stretches = [];
    private readonly List<ulong> _blocks = [];
    private readonly Dictionary<DatabaseFile, int> _pieces = [];
    private readonly HashSet<uint> _dirty = [];

    /// <summary>Whether it is time to <see cref="Settle"/>.</summary>
    public bool IsFull => _blocks.Count >= Enough;

    /// <summary>Takes a stretch of a page, or of a frame of a log.</summary>
    /// <param name="file">Where it was found.</param>
    /// <param name="page">The page's number.</param>
    /// <param name="bytes">The stretch.</param>
    /// <param name="heldRows">Whether rows with boxes may have lain here: then pieces count too.</param>
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

    /// <summary>Judges the blocks that were taken so far.</summary>
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

    /// <summary>What is left over, once the names of the boxes of live rows are known.</summary>
    public (IReadOnlyDictionary<DatabaseFile, Leftover> Files, int DirtyPages) Judge(HashSet<UInt128> live)
    {
        var dead = _boxes.Where(box => !live.Contains(box.Key.Name)).ToList();
        var dirty = dead.Where(box => box.Key.File == DatabaseFile.Database).SelectMany(box => box.Value).Concat(_dirty).Distinct().Count();
        var files = Enum.GetValues<DatabaseFile>().ToDictionary(
            file => file,
            file => new Leftover(dead.Count(box => box.Key.File == file), _pieces.GetValueOrDefault(file)));
        return (files, dirty);
    }

    /// <summary>The name of a box, as it stands at its beginning.</summary>
    public static UInt128 Name(ReadOnlySpan<byte> box) => BinaryPrimitives.ReadUInt128BigEndian(box);

    private static List<UInt128> Names(ReadOnlySpan<byte> bytes)
    {
        var names = new List<UInt128>();
        for (int at; (at = bytes.IndexOf(Box.Mark)) >= 0 && at + Box.NameLength <= bytes.Length; bytes = bytes[(at + 1)..])
            names.Add(Name(bytes[at..]));
        return names;
    }

    /// <summary>Keeps rows of blocks that are not zero and long enough to be pieces.</summary>
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
