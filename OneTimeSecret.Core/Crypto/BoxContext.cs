using System.Buffers.Binary;
using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Where a box belongs. It goes into the associated data, so that a box moved to another row, column, owner, receipt or expiry
/// does not open: whoever can write the database can destroy, but neither swap nor re-own.
/// </summary>
/// <param name="Purpose">What the box holds; ASCII, a constant beside its use.</param>
/// <param name="RowId">The id of the row that holds the box.</param>
/// <param name="Owner">The account that owns the row, null when nobody does.</param>
/// <param name="ReceiptId">The receipt that a secret's outer box belongs to, else null.</param>
/// <param name="Expires">The end of a secret's life for its outer box, else null.</param>
internal readonly record struct BoxContext(
    string Purpose, byte[] RowId, Guid? Owner, byte[]? ReceiptId = null, DateTimeOffset? Expires = null)
{
    private const byte Version = 1;

    /// <summary>
    /// Version (1) ‖ key id (4) ‖ then purpose, row id, owner, receipt id and expiry, each with its length in two bytes before it
    /// (an absent part has length 0), so that no two contexts share an encoding. Numbers are big endian, expiry is unix milliseconds.
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
