using System.Buffers.Binary;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// A write-ahead log as it stands at one instant (https://www.sqlite.org/fileformat2.html, section 4): which of its page images are
/// the current ones, and which only lie there still.
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

    /// <summary>Reads the log beside <paramref name="database"/>, if there is one. Nobody locks it, so it may be closed.</summary>
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

    /// <summary>Pages of the database after the last commit in the log; null when there is none.</summary>
    public uint? Pages { get; private set; }

    /// <summary>
    /// Whether the log was begun anew, or cut, since it was read: what was read of it then counts for nothing. One that was empty
    /// could not mislead: all was in the database, where a reader keeps it as it is.
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
    /// Shows every image that is not, or no longer, the current one of its page: overtaken by a later frame, or left behind the end by
    /// an earlier round of the log. Frames of this round behind the last commit are a write in progress, and are passed over.
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

    /// <summary>Follows the chain of checksums to its end, as SQLite does when it recovers; what was committed by then counts.</summary>
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
