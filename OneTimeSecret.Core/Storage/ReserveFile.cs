using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Storage;

/// <summary>A file that holds blocks of the volume for a full disk. Verbs in other processes may delete it too.</summary>
/// <param name="path">Its path, on the volume of the database.</param>
/// <param name="length">Its length in bytes.</param>
internal sealed class ReserveFile(string path, long length)
{
    private const int Piece = 1024 * 1024;

    /// <summary>Its length in bytes, also while it is missing.</summary>
    public long Length => length;

    /// <summary>Whether the file is there in full.</summary>
    public bool IsHeld => new FileInfo(path) is { Exists: true } file && file.Length == length;

    /// <summary>Writes the file. It must not exist.</summary>
    /// <exception cref="IOException">It does not fit, and was deleted.</exception>
    public void Create()
    {
        // Random bytes, because a file system that compresses gives zeros no blocks.
        var piece = RandomNumberGenerator.GetBytes(Piece);
        try
        {
            using var file = PrivateFile.Create(path);
            for (var rest = length; rest > 0; rest -= Piece)
                file.Write(piece.AsSpan(0, (int)Math.Min(rest, Piece)));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            Delete();
            throw;
        }
    }

    /// <summary>Deletes the file.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete()
    {
        var wasThere = File.Exists(path);
        File.Delete(path);
        return wasThere;
    }
}
