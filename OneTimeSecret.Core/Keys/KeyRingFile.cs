using System.Globalization;
using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Keys;

/// <summary>
/// The key ring on disk: one line a key, <c>hash BASE64</c> once and <c>root ID BASE64</c> for every root (id: 8 hex digits),
/// the sealing root first. Mode 0600 when made; every change replaces the file as a whole (<see cref="ReplacedFile"/>).
/// </summary>
public sealed class KeyRingFile(string path)
{
    /// <summary>Roots have other ids; boxes under keys from links carry this number too, and no root may open them.</summary>
    internal const uint HashKeyId = 0;

    private const int KeyLength = 32;

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Whether there is a file.</summary>
    /// <exception cref="IOException">There is a symbolic link that leads to none.</exception>
    public bool Exists => File.Exists(ReplacedFile.Target(Path));

    /// <summary>When the file was written last; of a symbolic link that is the time of the file that it leads to.</summary>
    internal DateTime LastWrite => File.GetLastWriteTimeUtc(ReplacedFile.Target(Path));

    // Every change holds a lock: of two that each wrote what they had read, one would lose its root, and all that root had sealed.

    /// <summary>Makes a ring with one root, unless there is a file already, and its folder where that is missing.</summary>
    public void Create()
    {
        if (Exists)
            return;
        PrivateFile.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
        using var alone = Lock();
        if (!Exists)
            Write([new(HashKeyId, RandomNumberGenerator.GetBytes(KeyLength)), NewRoot([])]);
    }

    /// <summary>Adds a root that seals from now on, and returns its id.</summary>
    public uint AddRoot()
    {
        using var alone = Lock();
        var keys = Read();
        var root = NewRoot(keys);
        Write([keys[0], root, .. keys.Skip(1)]);
        return root.Key;
    }

    /// <summary>Takes the root <paramref name="id"/> out. The caller has made sure that no row names it.</summary>
    /// <exception cref="KeyRingException">The root is unknown, or is the one that seals.</exception>
    public void RemoveRoot(uint id)
    {
        using var alone = Lock();
        EnsureRemovable(id);
        Write([.. Read().Where(key => key.Key != id)]);
    }

    /// <summary>Refuses a root that is unknown or seals, and any in a file that this user cannot replace.</summary>
    /// <exception cref="KeyRingException">The root is unknown, or is the one that seals.</exception>
    /// <exception cref="IOException">The file cannot be replaced.</exception>
    internal void EnsureRemovable(uint id)
    {
        var keys = Read();
        if (id == HashKeyId || keys.All(key => key.Key != id))
            throw new KeyRingException($"The key ring {Path} has no root {Name(id)}; `keys list` shows those it has.");
        if (keys[1].Key == id)
            throw new KeyRingException($"Root {Name(id)} is the one that seals; run `keys rotate` first.");
        ReplacedFile.Rehearse(Path);
    }

    /// <summary>A root's id as people see it: eight hexadecimal digits.</summary>
    public static string Name(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The hash key under <see cref="HashKeyId"/> first, then the roots.</summary>
    internal IReadOnlyList<KeyValuePair<uint, byte[]>> Read()
    {
        if (!Exists)
            throw new KeyRingException(
                $"The key ring {Path} is missing. Put it back from where it was kept (or name its place with --keys).");
        var keys = File.ReadLines(Path).Where(line => line.Length > 0 && line[0] != '#').Select(Parse).ToList();
        if (keys.Count < 2 || keys[0].Key != HashKeyId || keys.DistinctBy(key => key.Key).Count() != keys.Count)
            throw Damaged();
        return keys;
    }

    private KeyValuePair<uint, byte[]> Parse(string line)
    {
        var words = line.Split(' ');
        var key = new byte[KeyLength];
        return words switch
        {
            ["hash", var text] when Decodes(text, key) => new(HashKeyId, key),
            ["root", var id, var text] when uint.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
                && number != HashKeyId && Decodes(text, key) => new(number, key),
            _ => throw Damaged(),
        };
    }

    private static bool Decodes(string text, byte[] key) =>
        Convert.TryFromBase64String(text, key, out var length) && length == KeyLength;

    private KeyRingException Damaged() =>
        new($"The key ring {Path} is damaged. Put it back from where it was kept; it is one 'hash' line and then 'root' lines.");

    private static KeyValuePair<uint, byte[]> NewRoot(IEnumerable<KeyValuePair<uint, byte[]>> taken)
    {
        uint id;
        do
            id = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        while (id == HashKeyId || taken.Any(key => key.Key == id));
        return new(id, RandomNumberGenerator.GetBytes(KeyLength));
    }

    /// <summary>Beside the file itself, so that the lock is the same for everybody who comes by one of its links.</summary>
    private FileStream Lock()
    {
        ReplacedFile.Rehearse(Path); // says better than a lock that cannot be made what is wrong
        return PrivateFile.LockBeside(ReplacedFile.Target(Path));
    }

    private void Write(IReadOnlyList<KeyValuePair<uint, byte[]>> keys) => ReplacedFile.Write(Path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.WriteLine("# OneTimeSecret key ring. Without it no stored secret opens; whoever has it and the database has much.");
        foreach (var (id, key) in keys)
            writer.WriteLine($"{(id == HashKeyId ? "hash" : $"root {Name(id)}")} {Convert.ToBase64String(key)}");
    });
}
