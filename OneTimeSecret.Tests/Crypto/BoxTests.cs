using System.Security.Cryptography;
using System.Text.Unicode;
using FsCheck.Xunit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Tests.Crypto;

public sealed class BoxTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static readonly BoxContext Here =
        new("purpose", [1, 2, 3], Guid.NewGuid(), [4, 5, 6], DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000));

    [Fact]
    public void A_box_is_mark_nonce_key_id_ciphertext_and_tag()
    {
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], value = [13, 14, 15];
        var (ciphertext, tag) = (new byte[3], new byte[16]);
        using (var aes = new AesGcm(Key, 16))
            aes.Encrypt(nonce, value, ciphertext, tag, Here.AssociatedData(0x0a0b0c0d));

        var box = Box.Seal(Key, 0x0a0b0c0d, Here, value, nonce);

        Assert.Equal([0xF5, 0x4F, 0x54, 0xFF, .. nonce, 0x0a, 0x0b, 0x0c, 0x0d, .. ciphertext, .. tag], box);
        Assert.Equal(Box.Overhead, box.Length - value.Length);
        Assert.Equal(0x0a0b0c0du, Box.KeyId(box, "test"));
    }

    [Property]
    public void Sealed_value_can_be_opened(byte[] value, uint keyId) =>
        Assert.Equal(value, Box.Open(Key, Here, Box.Seal(Key, keyId, Here, value)).Bytes());

    [Fact]
    public void Box_with_any_flipped_bit_is_refused()
    {
        using var folder = new RingFolder();
        var ring = folder.Open();
        folder.Ring.AddRoot();
        var (linked, ringed) = (Box.Seal(Key, 0, Here, "value"u8), ring.Seal(Here, "value"u8));
        for (var bit = 0; bit < linked.Length * 8; bit++)
        {
            var (damagedLinked, damagedRinged) = (Flip(linked, bit), Flip(ringed, bit));
            Assert.Throws<BrokenBoxException>(() => Box.Open(Key, Here, damagedLinked));
            var failure = Record.Exception(() => ring.Open(Here, damagedRinged));
            Assert.True(failure is BrokenBoxException or KeyRingException, $"bit {bit}: {failure}");
        }
    }

    [Fact]
    public void Truncated_or_extended_box_is_refused()
    {
        var box = Box.Seal(Key, 0, Here, "value"u8);
        for (var length = 0; length < box.Length; length++)
        {
            var (head, tail) = (box[..length], box[(box.Length - length)..]);
            Assert.Throws<BrokenBoxException>(() => Box.Open(Key, Here, head));
            Assert.Throws<BrokenBoxException>(() => Box.Open(Key, Here, tail));
        }
        Assert.Throws<BrokenBoxException>(() => Box.Open(Key, Here, [.. box, 0]));
    }

    [Fact]
    public void Box_is_refused_if_any_part_of_its_context_differs()
    {
        var box = Box.Seal(Key, 1, Here, "value"u8);
        BoxContext[] elsewhere =
        [
            Here with { Purpose = "purpos" },
            Here with { RowId = [1, 2, 4] },
            Here with { Owner = Guid.NewGuid() },
            Here with { Owner = null },
            Here with { ReceiptId = [4, 5, 7] },
            Here with { ReceiptId = null },
            Here with { Expires = Here.Expires!.Value.AddMilliseconds(1) },
            Here with { Expires = null },
        ];
        Assert.Equal("value"u8, Box.Open(Key, Here with { RowId = [1, 2, 3] }, box).Bytes());
        Assert.All(elsewhere, context => Assert.Throws<BrokenBoxException>(() => Box.Open(Key, context, box)));
    }

    [Fact]
    public void Box_is_refused_if_version_or_key_id_differs()
    {
        var data = Here.AssociatedData(1);
        Assert.Equal("value"u8, Box.Open(Key, Here, SealUnder(data)).Bytes());
        for (var bit = 0; bit < 5 * 8; bit++)
        {
            var box = SealUnder(Flip(data, bit));
            Assert.Throws<BrokenBoxException>(() => Box.Open(Key, Here, box));
        }
    }

    [Fact]
    public void Box_is_refused_with_any_other_key()
    {
        var box = Box.Seal(Key, 0, Here, "value"u8);
        for (var bit = 0; bit < Key.Length * 8; bit++)
        {
            var other = Flip(Key, bit);
            Assert.Throws<BrokenBoxException>(() => Box.Open(other, Here, box));
        }
    }

    [Fact]
    public void No_two_boxes_share_a_nonce()
    {
        var names = Enumerable.Range(0, 10_000)
            .Select(_ => Convert.ToHexString(Box.Seal(Key, 0, Here, "value"u8)[..Box.NameLength]))
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(10_000, names.Count);
    }

    [Fact]
    public void No_text_contains_the_mark()
    {
        Assert.False(Utf8.IsValid(Box.Mark[..1]));
        Assert.False(Utf8.IsValid(Box.Mark[3..]));
    }

    [Fact]
    public void Error_message_contains_the_purpose_but_not_the_value()
    {
        var box = Box.Seal(Key, 0, Here, "hunter2"u8);
        var broken = Assert.Throws<BrokenBoxException>(() => Box.Open(Key, Here with { Owner = null }, box));
        Assert.Contains($"({Here.Purpose})", broken.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", broken.ToString(), StringComparison.Ordinal);
    }

    // Encrypts by hand, because the program cannot seal with another version, or with another id than the one that it writes.
    private static byte[] SealUnder(byte[] associatedData)
    {
        var box = Box.Seal(Key, 1, Here, "value"u8);
        using var aes = new AesGcm(Key, 16);
        aes.Encrypt(box.AsSpan(4, 12), "value"u8, box.AsSpan(20, 5), box.AsSpan(25), associatedData);
        return box;
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
