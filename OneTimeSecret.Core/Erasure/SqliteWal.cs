using System.Buffers.Binary;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// A write-ahead log at one instant (https://www.sqlite.org/fileformat2.html, section 4). It separates the current page images from the
/// outdated ones that are still in the file.
/// </summary>
internal sealed class SqliteWal : IDisposable
{
    private const int HeaderLength = 32, FrameHeaderLength = 24;

    private readonly FileStream? _file;
    private readonly Dictionary<uint, long> _current = [];
    private readonly byte[] _header = new byte[HeaderLength];
    private readonly byte[] _frame;
    private readonly bool _hadHeader;
    private long _end = HeaderLength;

    /// <summary>Reads the log beside <paramref name="database"/>, if any. SQLite never locks it, so closing it drops no lock.</summary>
    public SqliteWal(string database, int pageSize)
    {
        _frame = new byte[FrameHeaderLength + pageSize];
        if (!File.Exists(database + "-wal"))
            return;
        _file = new FileStream(database + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _hadHeader = _file.ReadAtLeast(_header, HeaderLength, throwOnEndOfStream: false) == HeaderLength;
        if (_hadHeader)
            Follow();
    }

    /// <summary>The number of pages of the database after the last commit in the log. Null: the log holds no commit.</summary>
    public uint? Pages { get; private set; }

    /// <summary>
    /// Whether the log was restarted or truncated since it was read. Then everything read so far is invalid. This does not matter for a log
    /// that was empty: the database file held all pages, and the read transaction keeps them unchanged there.
    /// </summary>
    public bool WasRestarted
    {
        get
        {
            if (_file is null || !_hadHeader)
                return false;
            var now = new byte[HeaderLength];
            _file.Position = 0;
            return _file.ReadAtLeast(now, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !now.AsSpan().SequenceEqual(_header);
        }
    }

    private ReadOnlySpan<byte> Salts => _header.AsSpan(16, 8);

    private ReadOnlySpan<byte> Image => _frame.AsSpan(FrameHeaderLength);

    private uint FramePage => BinaryPrimitives.ReadUInt32BigEndian(_frame);

    public bool Holds(uint page) => _current.ContainsKey(page);

    /// <summary>Reads the current image of a page, if the log has it.</summary>
    public bool TryRead(uint page, Span<byte> into)
    {
        if (!_current.TryGetValue(page, out var at))
            return false;
        _file!.Position = at + FrameHeaderLength;
        _file.ReadExactly(into);
        return true;
    }

    /// <summary>
    /// Shows every outdated image: one that a later frame replaces, or one that an earlier round of the log left after the end. Frames of
    /// this round after the last commit belong to a write in progress and are skipped.
    /// </summary>
    public void ReadOvertaken(Action<uint, ReadOnlyMemory<byte>> show)
    {
        for (var (at, ended) = ((long)HeaderLength, false); _hadHeader && ReadFrame(at); at += _frame.Length)
        {
            ended |= at >= _end;
            var isOfThisRound = _frame.AsSpan(8, 8).SequenceEqual(Salts);
            if (ended ? !isOfThisRound : _current.GetValueOrDefault(FramePage) != at)
                show(FramePage, _frame.AsMemory(FrameHeaderLength));
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Follows the chain of checksums to its end, as SQLite does in recovery. Only committed frames count.</summary>
    private void Follow()
    {
        var isBigEndian = (_header[3] & 1) != 0;
        var sum = Sum(_header.AsSpan(0, 24), (0, 0), isBigEndian);
        if (!Agrees(sum, _header.AsSpan(24)))
            return;
        var open = new Dictionary<uint, long>();
        for (long at = HeaderLength; ReadFrame(at) && _frame.AsSpan(8, 8).SequenceEqual(Salts); at += _frame.Length)
        {
            sum = Sum(Image, Sum(_frame.AsSpan(0, 8), sum, isBigEndian), isBigEndian);
            if (!Agrees(sum, _frame.AsSpan(16)))
                return;
            open[FramePage] = at;
            if (BinaryPrimitives.ReadUInt32BigEndian(_frame.AsSpan(4)) is var pages and not 0)
            {
                foreach (var (page, frame) in open)
                    _current[page] = frame;
                open.Clear();
                (Pages, _end) = (pages, at + _frame.Length);
            }
        }
    }

    private bool ReadFrame(long at)
    {
        if (_file is null)
            return false;
        _file.Position = at;
        return _file.ReadAtLeast(_frame, _frame.Length, throwOnEndOfStream: false) == _frame.Length;
    }

    private static bool Agrees((uint, uint) sum, ReadOnlySpan<byte> stored) =>
        sum == (BinaryPrimitives.ReadUInt32BigEndian(stored), BinaryPrimitives.ReadUInt32BigEndian(stored[4..]));

    private static (uint, uint) Sum(ReadOnlySpan<byte> bytes, (uint First, uint Second) sum, bool isBigEndian)
    {
        unchecked
        {
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                sum.First += Word(bytes) + sum.Second;
                sum.Second += Word(bytes[4..]) + sum.First;
            }
        }
        return sum;

        uint Word(ReadOnlySpan<byte> at) =>
            isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
    }
}
