using System.Globalization;
using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Keys;

/// <summary>
/// The file of the key ring. It has one line per key: <c>hash BASE64</c> once, then <c>root ID BASE64</c> for every root (id: 8 hex
/// digits). The first root seals. A new file has mode 0600, and every change replaces the whole file (<see cref="ReplacedFile"/>).
/// </summary>
public sealed class KeyRingFile(string path)
{
    /// <summary>No root has this id. Boxes that were sealed with the key of a link also carry it, and no root may open them.</summary>
    internal const uint HashKeyId = 0;

    private const int KeyLength = 32;

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Whether the file exists.</summary>
    /// <exception cref="IOException">The path is a symbolic link that leads to no file.</exception>
    public bool Exists => File.Exists(ReplacedFile.Target(Path));

    /// <summary>When the file was last written. For a symbolic link this is the time of its target.</summary>
    internal DateTime LastWrite => File.GetLastWriteTimeUtc(ReplacedFile.Target(Path));

    // Every change holds a lock. Otherwise one of two concurrent changes could lose its root, and all that the root had sealed.

    /// <summary>
    /// Refuses a file that users other than its owner can read or change. Its group may read it: operators give a group on purpose, and
    /// Kubernetes does so for secrets (mode 0440). Readable for everybody is what a careless copy becomes. Windows has no modes.
    /// </summary>
    /// <exception cref="KeyRingException">Others have a permission, or the group may write.</exception>
    internal void EnsurePrivate()
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        if (OperatingSystem.IsWindows())
            return;
        var mode = File.GetUnixFileMode(ReplacedFile.Target(Path));
        if ((mode & Others) != UnixFileMode.None)
            throw KeyRingException.Exposed(Path, mode);
    }

    /// <summary>Creates a ring with one root, and its folder if it is missing. Does nothing if the file exists.</summary>
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

    /// <summary>Removes the root <paramref name="id"/>. The caller must make sure that no row names it.</summary>
    /// <exception cref="KeyRingException">The root is unknown, or is the one that seals.</exception>
    public void RemoveRoot(uint id)
    {
        using var alone = Lock();
        EnsureRemovable(id);
        Write([.. Read().Where(key => key.Key != id)]);
    }

    /// <summary>Checks that the root can be removed: it exists, does not seal new boxes, and this user can replace the file.</summary>
    /// <exception cref="KeyRingException">The root is unknown, or is the one that seals.</exception>
    /// <exception cref="IOException">The file cannot be replaced.</exception>
    internal void EnsureRemovable(uint id)
    {
        var keys = Read();
        if (id == HashKeyId || keys.All(key => key.Key != id))
            throw new KeyRingException($"The key ring {Path} has no root {Name(id)}. `keys list` shows its roots.");
        if (keys[1].Key == id)
            throw new KeyRingException($"Root {Name(id)} is the one that seals; run `keys rotate` first.");
        ReplacedFile.Rehearse(Path);
    }

    /// <summary>The id of a root as text: eight hexadecimal digits.</summary>
    public static string Name(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Reads the keys: the hash key under <see cref="HashKeyId"/> first, then the roots.</summary>
    internal IReadOnlyList<KeyValuePair<uint, byte[]>> Read()
    {
        if (!Exists)
            throw new KeyRingException(
                $"The key ring {Path} is missing. Restore it from its backup (or name its file with --keys).");
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
        new($"The key ring {Path} is damaged. Restore it from its backup. It must hold one 'hash' line and then 'root' lines.");

    private static KeyValuePair<uint, byte[]> NewRoot(IEnumerable<KeyValuePair<uint, byte[]>> taken)
    {
        uint id;
        do
            id = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        while (id == HashKeyId || taken.Any(key => key.Key == id));
        return new(id, RandomNumberGenerator.GetBytes(KeyLength));
    }

    /// <summary>Locks beside the file itself and not beside a link to it, so that all paths to the file share one lock.</summary>
    private FileStream Lock()
    {
        ReplacedFile.Rehearse(Path); // explains a fault better than a lock that cannot be made
        return PrivateFile.LockBeside(ReplacedFile.Target(Path));
    }

    private void Write(IReadOnlyList<KeyValuePair<uint, byte[]>> keys) => ReplacedFile.Write(Path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.WriteLine("# OneTimeSecret key ring. No stored secret opens without it. Keep it secret, and apart from the database.");
        foreach (var (id, key) in keys)
            writer.WriteLine($"{(id == HashKeyId ? "hash" : $"root {Name(id)}")} {Convert.ToBase64String(key)}");
    });
}
