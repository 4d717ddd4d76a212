using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Keys;

/// <summary>
/// The server's keys. Root keys (256 bits, named by id) seal and open boxes: the first root seals, and all roots open. The hash key makes
/// keyed hashes (tokens, passwords, clients, addresses). Rotation keeps the hash key, because hashes cannot be recomputed without their
/// inputs. Every use has its own HKDF-SHA256 subkey with its own label.
/// </summary>
/// <remarks>
/// A verb may add a root while a server runs. So the ring checks the file's time before it seals, and reads the file again if the file
/// changed or a box names an unknown root.
/// </remarks>
public sealed class KeyRing
{
    private readonly Lock _reading = new();
    private readonly ConcurrentDictionary<uint, long> _seals = new();
    private readonly KeyRingFile _file;
    private volatile Keys _keys;

    /// <summary>Reads the ring from <paramref name="file"/>.</summary>
    /// <exception cref="KeyRingException">The file is missing or damaged.</exception>
    public KeyRing(KeyRingFile file)
    {
        _file = file;
        _keys = Read();
    }

    /// <summary>The id of the root that seals now.</summary>
    public uint CurrentRoot => Fresh().First;

    /// <summary>The ids of all roots, the sealing one first.</summary>
    public IReadOnlyList<uint> Roots => Fresh().Order;

    /// <summary>How many boxes each root has sealed in this process.</summary>
    internal IReadOnlyDictionary<uint, long> Seals => _seals;

    /// <summary>Keyed hash, HMAC-SHA256 under the subkey of <paramref name="purpose"/>: 32 bytes.</summary>
    public byte[] Hash(string purpose, params ReadOnlySpan<byte[]> parts)
    {
        var length = 0;
        foreach (var part in parts)
            length += sizeof(int) + part.Length;
        // One buffer, because each step of incremental hashing would cost as much as the whole hash.
        var input = length <= 1024 ? stackalloc byte[length] : new byte[length];
        var rest = input;
        foreach (var part in parts)
        {
            // The lengths separate the parts: ("ab", "c") and ("a", "bc") are different inputs.
            BinaryPrimitives.WriteInt32BigEndian(rest, part.Length);
            part.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + part.Length)..];
        }
        var hash = HMACSHA256.HashData(_keys.Subkey(KeyRingFile.HashKeyId, purpose), input);
        CryptographicOperations.ZeroMemory(input);
        return hash;
    }

    /// <summary>Keyed hash of text as UTF-8, as <see cref="Hash(string, ReadOnlySpan{byte[]})"/>.</summary>
    public byte[] Hash(string purpose, string text) => Hash(purpose, Encoding.UTF8.GetBytes(text));

    internal byte[] Seal(in BoxContext context, ReadOnlySpan<byte> plaintext)
    {
        var keys = Fresh();
        _seals.AddOrUpdate(keys.First, 1, static (_, seals) => seals + 1);
        return Box.Seal(keys.Subkey(keys.First, context.Purpose), keys.First, context, plaintext);
    }

    /// <summary>Opens a box that any root of the ring sealed.</summary>
    /// <exception cref="BrokenBoxException">The box is damaged, or was sealed for another row, column or owner.</exception>
    /// <exception cref="KeyRingException">The ring lacks the root that sealed the box.</exception>
    internal SecretBytes Open(in BoxContext context, ReadOnlySpan<byte> box)
    {
        var id = Box.KeyId(box, context.Purpose);
        var keys = _keys.Has(id) ? _keys : ReadAgain();
        if (!keys.Has(id))
            throw KeyRingException.Missing(id, _file.Path);
        return Box.Open(keys.Subkey(id, context.Purpose), context, box);
    }

    private Keys Fresh() => _file.LastWrite == _keys.Written ? _keys : ReadAgain();

    private Keys ReadAgain()
    {
        lock (_reading)
        {
            var read = Read();
            // A different ring at this path must not be used: the right ring could not open what it seals.
            return read.Continues(_keys) ? _keys = read : throw KeyRingException.Replaced(_file.Path);
        }
    }

    private Keys Read()
    {
        var written = _file.LastWrite;
        return new Keys(_file.Read(), written);
    }

    private sealed class Keys(IReadOnlyList<KeyValuePair<uint, byte[]>> entries, DateTime written)
    {
        private readonly Dictionary<uint, byte[]> _roots = new(entries);
        private readonly ConcurrentDictionary<(uint, string), byte[]> _subkeys = new();

        public DateTime Written { get; } = written;

        public IReadOnlyList<uint> Order { get; } = [.. entries.Select(entry => entry.Key).Where(id => id != KeyRingFile.HashKeyId)];

        public uint First => Order[0];

        /// <summary>Whether this is the ring <paramref name="before"/> with other roots. The hash key of a ring never changes.</summary>
        public bool Continues(Keys before) =>
            CryptographicOperations.FixedTimeEquals(_roots[KeyRingFile.HashKeyId], before._roots[KeyRingFile.HashKeyId]);

        public bool Has(uint id) => id != KeyRingFile.HashKeyId && _roots.ContainsKey(id);

        public byte[] Subkey(uint id, string purpose) => _subkeys.GetOrAdd((id, purpose), static (name, roots) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, roots[name.Item1], 32, info: Encoding.ASCII.GetBytes("ots/v1/" + name.Item2)), _roots);
    }
}
