using System.Buffers.Binary;
using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>A proof that the key ring belongs to the database. There is one row for every root that stored rows may name.</summary>
public sealed class KeyCheck
{
    private const string Purpose = "key-check";

    /// <summary>The root's id.</summary>
    public required uint RootId { get; init; }

    /// <summary>A keyed hash, sealed under that root. It opens only with the right root and matches only with the right hash key.</summary>
    public required byte[] Box { get; init; }

    /// <summary>How many boxes the root has sealed at most, counted by <see cref="SealCounter"/>.</summary>
    public long Seals { get; private set; }

    /// <summary>The proof for the ring's current root.</summary>
    internal static KeyCheck Of(KeyRing ring)
    {
        var root = ring.CurrentRoot;
        return new KeyCheck { RootId = root, Box = ring.Seal(Place(root), Proof(ring)) };
    }

    /// <summary>Whether the ring has the root and the hash key that made this proof. The ring must have a root of that id.</summary>
    internal bool Proves(KeyRing ring)
    {
        try
        {
            using var proof = ring.Open(Place(RootId), Box);
            return CryptographicOperations.FixedTimeEquals(proof.Span, Proof(ring));
        }
        catch (BrokenBoxException)
        {
            return false;
        }
    }

    private static byte[] Proof(KeyRing ring) => ring.Hash(Purpose, "proof");

    private static BoxContext Place(uint rootId)
    {
        var row = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(row, rootId);
        return new(Purpose, row, null);
    }
}
