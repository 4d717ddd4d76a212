using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Where a page of receipts begins, as text that is safe in a URL: back (1) ‖ unix milliseconds (8, big endian) ‖ id (32) ‖ keyed
/// hash (16). The hash binds it to its account and its order, so that nothing that the server did not write is ever read as a position.
/// </summary>
internal sealed record ReceiptCursor(bool Back, ReceiptPosition Position)
{
    private const int BodyLength = 1 + 8 + 32;
    private const int Length = BodyLength + 16;

    public string Text(KeyRing ring, Guid account, ReceiptOrder order)
    {
        var bytes = new byte[Length];
        bytes[0] = Back ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), Position.Time.ToUnixTimeMilliseconds());
        Position.Id.CopyTo(bytes, 1 + 8);
        Seal(ring, account, order, bytes).CopyTo(bytes.AsSpan(BodyLength));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The cursor in <paramref name="text"/>, or null for what the server did not write for this account and this order.</summary>
    public static ReceiptCursor? Parse(string? text, KeyRing ring, Guid account, ReceiptOrder order)
    {
        var bytes = new byte[Length];
        if (text is null || text.Length != Base64Url.GetEncodedLength(Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != Length
            || !CryptographicOperations.FixedTimeEquals(bytes.AsSpan(BodyLength), Seal(ring, account, order, bytes)))
            return null;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(1)));
        return new ReceiptCursor(bytes[0] == 1, new ReceiptPosition(time, bytes[(1 + 8)..BodyLength]));
    }

    private static ReadOnlySpan<byte> Seal(KeyRing ring, Guid account, ReceiptOrder order, byte[] bytes) => ring.Hash(
        "receipt-cursor", account.ToByteArray(bigEndian: true), [(byte)order.By, order.Descending ? (byte)1 : (byte)0], bytes[..BodyLength])
        .AsSpan(0, Length - BodyLength);
}
