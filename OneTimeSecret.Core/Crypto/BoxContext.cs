using System.Buffers.Binary;
using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// The place that a box is bound to. It is part of the associated data, so a box does not open after it was moved to another row, column,
/// owner, receipt or expiry. An attacker who can write the database can destroy boxes, but can neither swap them nor change their owner.
/// </summary>
/// <param name="Purpose">What the box holds: a constant in ASCII, defined beside its use.</param>
/// <param name="RowId">The id of the row that holds the box.</param>
/// <param name="Owner">The account that owns the row. Null: nobody.</param>
/// <param name="ReceiptId">For the outer box of a secret: the id of its receipt. Else null.</param>
/// <param name="Expires">For the outer box of a secret: when the secret expires. Else null.</param>
internal readonly record struct BoxContext(
    string Purpose, byte[] RowId, Guid? Owner, byte[]? ReceiptId = null, DateTimeOffset? Expires = null)
{
    private const byte Version = 1;

    /// <summary>
    /// Version (1 byte) ‖ key id (4) ‖ purpose, row id, owner, receipt id and expiry, each after its length in two bytes. An absent part
    /// has length 0. So no two contexts share an encoding. Numbers are big endian. The expiry is in unix milliseconds.
    /// </summary>
    public byte[] AssociatedData(uint keyId)
    {
        Span<byte> owner = stackalloc byte[16];
        Owner?.TryWriteBytes(owner, bigEndian: true, out _);
        Span<byte> expires = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(expires, Expires?.ToUnixTimeMilliseconds() ?? 0);

        var data = new byte[5 + (5 * 2) + Purpose.Length + RowId.Length + 16 + (ReceiptId?.Length ?? 0) + 8];
        data[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(1), keyId);
        var at = 5;
        Append(data, ref at, Encoding.ASCII.GetBytes(Purpose));
        Append(data, ref at, RowId);
        Append(data, ref at, Owner is null ? [] : owner);
        Append(data, ref at, ReceiptId);
        Append(data, ref at, Expires is null ? [] : expires);
        return data[..at];
    }

    private static void Append(Span<byte> data, ref int at, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data[at..], (ushort)part.Length);
        part.CopyTo(data[(at + 2)..]);
        at += 2 + part.Length;
    }
}
