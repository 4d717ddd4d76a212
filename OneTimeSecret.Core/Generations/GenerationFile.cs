using System.Text;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Generations;

/// <summary>
/// The file with the generation, outside the database. It is written after each commit that raised the generation and before anybody
/// learns of that commit, so a killed process loses nothing. It is synced within seconds (<see cref="GenerationWatch"/>), so a power cut
/// loses little. A write that is lost or fails only makes the file older than the database. It is never newer, except than a copy.
/// </summary>
/// <remarks>
/// The line is overwritten in place: it is shorter than a sector and does not change its length, so no crash leaves half of it, and a full
/// disk does not prevent it.
/// </remarks>
public sealed class GenerationFile(DataFolder folder, ILogger<GenerationFile> log) : IDisposable
{
    private const int Longest = 256; // bytes that are read: more than a line has

    private readonly Lock _gate = new();
    private Guid _database;
    private long _written;
    private bool _isSynced = true;
    private bool _hasFailed;

    /// <summary>The database that the file belongs to. Empty before <see cref="Open"/>.</summary>
    internal Guid Database
    {
        get
        {
            lock (_gate)
                return _database;
        }
    }

    private string Path => folder.Generation;

    /// <summary>The line in the file. Null: there is no file, or it holds something else.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal GenerationLine? Read()
    {
        try
        {
            using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Read(file);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"The generation file {Path} cannot be read by this user.", fault);
        }
    }

    /// <summary>Checks that <see cref="Replace"/> would work. Changes nothing.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void Rehearse() => ReplacedFile.Rehearse(Path);

    /// <summary>Replaces the file, durably. From now on <see cref="Raise"/> writes for this database.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void Replace(GenerationLine line)
    {
        lock (_gate)
        {
            ReplacedFile.Write(Path, file => file.Write(Bytes(line)));
            (_database, _written, _isSynced) = (line.Database, line.Number, true);
        }
    }

    /// <summary>Says that the file belongs to this database. Must be called once before <see cref="Raise"/>.</summary>
    internal void Open(GenerationLine line)
    {
        lock (_gate)
            (_database, _written) = (line.Database, line.Number);
    }

    /// <summary>Writes a committed generation, unless the file has a newer one. A file that cannot be written is only logged.</summary>
    internal void Raise(long number)
    {
        lock (_gate)
        {
            if (number > _written && TryWrite(() => Overwrite(new GenerationLine(_database, number))))
                _written = number;
        }
    }

    /// <summary>Makes what was written durable.</summary>
    internal void Sync()
    {
        lock (_gate)
        {
            if (_isSynced)
                return;
            _isSynced = TryWrite(() =>
            {
                using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                RandomAccess.FlushToDisk(file);
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Sync();

    /// <summary>The file is opened each time, because somebody may have moved or replaced it.</summary>
    private void Overwrite(GenerationLine line)
    {
        if (!File.Exists(Path))
        {
            log.LogError("The generation file {File} was removed and is written again: see docs/operating.md", Path);
            ReplacedFile.Write(Path, file => file.Write(Bytes(line)));
            return;
        }
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var kept = Read(file);
        if (kept is not null && kept.Database != line.Database)
            throw new IOException("the file belongs to another database");
        if (kept is null)
            RandomAccess.SetLength(file, 0);
        if (kept is null || kept.Number < line.Number) // another process may have written a later one
            RandomAccess.Write(file, Bytes(line), 0);
        _isSynced = false;
    }

    private bool TryWrite(Action write)
    {
        try
        {
            write();
            _hasFailed = false;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed)
                log.LogError(
                    "The generation file {File} cannot be written: {Reason}. The server goes on and tries again, but meanwhile a restored "
                    + "copy of the database is not noticed for certain", Path, fault.Message);
            _hasFailed = true;
            return false;
        }
    }

    private static GenerationLine? Read(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var bytes = new byte[Longest];
        return GenerationLine.Parse(Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0)));
    }

    private static byte[] Bytes(GenerationLine line) => Encoding.ASCII.GetBytes(line.ToString());
}
