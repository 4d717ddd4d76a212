using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Vault;

public sealed class SecretBoxTests : IDisposable
{
    private const string Given = "correct horse";

    private static readonly byte[] Value = Encoding.UTF8.GetBytes("the value, forty characters or so of it");

    private static readonly SecretKey Key = SecretKey.New();

    private static readonly MetadataKey Receipt = MetadataKey.New();

    private static readonly SecretBox.SecretPlace Here =
        new(Key.Id, Receipt.Id, Guid.NewGuid(), DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000));

    // A substitute without slow hashing. PassphraseTests covers the hashing of passphrases.
    private static readonly Passphrase Kept = new(new string('v', Passphrase.VerifierLength), 1, RandomNumberGenerator.GetBytes(16), true);

    private readonly RingFolder _folder = new();
    private readonly KeyRing _ring;

    public SecretBoxTests() => _ring = _folder.Open();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Link_and_key_ring_open_a_secret(bool withPassphrase) =>
        Assert.Equal(Value, Open(Seal(withPassphrase), Here, withPassphrase ? Given : null));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Key_ring_and_database_without_the_link_do_not_open_a_secret(bool withPassphrase)
    {
        var place = Here with { Owner = null };
        var box = Seal(withPassphrase, place);
        var receipt = SealedReceipt.Of(Receipt.Id, owner: null);
        receipt.SealedSecretKey = Receipt.Seal(receipt.SecretKeyPlace, Key.Material().Bytes());
        var outer = _ring.Open(place.Outer, box).Bytes();
        var contents = SecretBox.OpenOuter(_ring, place, box);

        // Everything in the database and the key ring, and everything that these open.
        byte[][] held = [Key.Id, Receipt.Id, box, receipt.SealedSecretKey, outer, .. _folder.Ring.Read().Select(key => key.Value)];
        byte[][] stretched = withPassphrase ? [Kept.Stretch(Given).Bytes()] : [];
        string[] labels = ["", "ots/v1/secret-inner", "ots/v1/inner/link", "ots/v1/inner/link+passphrase"];
        var keys =
            from material in held.SelectMany(Windows).Concat(held).Concat(stretched)
            from label in labels
            select label.Length == 0 ? material[..Math.Min(32, material.Length)] : Derived(material, label);

        Assert.All(keys.Where(key => key.Length == 32),
            key => Assert.Throws<BrokenBoxException>(() => Box.Open(key, place.Inner, contents.Inner)));
        Assert.All(held.SelectMany(Windows), key =>
            Assert.Throws<BrokenBoxException>(() => Box.Open(key, receipt.SecretKeyPlace, receipt.SealedSecretKey)));
        Assert.Throws<KeyRingException>(() => _ring.Open(receipt.SecretKeyPlace, receipt.SealedSecretKey));
        Assert.Throws<KeyRingException>(() => _ring.Open(place.Inner, contents.Inner));
    }

    [Fact]
    public void Link_without_the_key_ring_does_not_open_a_secret()
    {
        var box = Seal(withPassphrase: false);
        using var elsewhere = new RingFolder();
        var other = elsewhere.Open();
        Assert.Throws<KeyRingException>(() => SecretBox.OpenOuter(other, Here, box));
        // Not even the inner key opens the outer box.
        Assert.Throws<BrokenBoxException>(() => Box.Open(Derived(Key.Material().Bytes(), "ots/v1/inner/link"), Here.Outer, box));
    }

    [Fact]
    public void Another_link_does_not_open_a_secret()
    {
        var contents = SecretBox.OpenOuter(_ring, Here, Seal(withPassphrase: false));
        Assert.Throws<BrokenBoxException>(() => SecretBox.OpenInner(SecretKey.New(), Here, contents, null));
    }

    [Fact]
    public void The_link_without_the_passphrase_does_not_open_a_secret()
    {
        var box = Seal(withPassphrase: true);
        Assert.Throws<BrokenBoxException>(() => Open(box, Here, null));
        Assert.Throws<BrokenBoxException>(() => Open(box, Here, Given + " "));
    }

    [Fact]
    public void A_passphrase_does_not_open_a_secret_that_has_none()
    {
        var contents = SecretBox.OpenOuter(_ring, Here, Seal(withPassphrase: false));
        Assert.Throws<BrokenBoxException>(() => SecretBox.OpenInner(Key, Here, contents, Kept.Stretch(Given)));
    }

    [Fact]
    public void An_outer_box_moved_to_another_place_fails()
    {
        var box = Seal(withPassphrase: false);
        SecretBox.SecretPlace[] elsewhere =
        [
            Here with { SecretId = SecretKey.New().Id },
            Here with { ReceiptId = MetadataKey.New().Id },
            Here with { Owner = Guid.NewGuid() },
            Here with { Owner = null },
            Here with { Expires = Here.Expires.AddDays(1) },
        ];
        Assert.All(elsewhere, place => Assert.Throws<BrokenBoxException>(() => SecretBox.OpenOuter(_ring, place, box)));
    }

    [Fact]
    public void An_inner_box_moved_to_another_place_fails()
    {
        var contents = SecretBox.OpenOuter(_ring, Here, Seal(withPassphrase: false));
        SecretBox.SecretPlace[] elsewhere = [Here with { SecretId = SecretKey.New().Id }, Here with { Owner = Guid.NewGuid() }];
        Assert.All(elsewhere, place => Assert.Throws<BrokenBoxException>(() => SecretBox.OpenInner(Key, place, contents, null)));
    }

    [Fact]
    public void A_sealed_column_moved_to_another_place_fails()
    {
        var (mine, other) = (SealedReceipt.Of([1], Here.Owner), SealedReceipt.Of([2], Here.Owner));
        var yours = SealedReceipt.Of([1], Guid.NewGuid());
        var link = Receipt.Seal(mine.SecretKeyPlace, Key.Material().Bytes());
        var key = _ring.Seal(mine.MetadataKeyPlace, Receipt.Material().Bytes());
        Assert.Equal(Key.Material().Bytes(), Receipt.Open(mine.SecretKeyPlace, link).Bytes());
        Assert.Equal(Receipt.Material().Bytes(), _ring.Open(mine.MetadataKeyPlace, key).Bytes());
        BoxContext[] elsewhere = [mine.MetadataKeyPlace, other.SecretKeyPlace, yours.SecretKeyPlace];
        Assert.All(elsewhere, place => Assert.Throws<BrokenBoxException>(() => Receipt.Open(place, link)));
        elsewhere = [mine.SecretKeyPlace, other.MetadataKeyPlace, yours.MetadataKeyPlace, Here.Outer];
        Assert.All(elsewhere, place => Assert.Throws<BrokenBoxException>(() => _ring.Open(place, key)));
        Assert.Throws<BrokenBoxException>(() => MetadataKey.New().Open(mine.SecretKeyPlace, link));
    }

    [Fact]
    public void Key_ring_and_database_give_the_link_of_an_owned_receipt()
    {
        // The list of recent receipts needs this (SECURITY.md). Only anonymous secrets are out of reach of the server.
        var row = SealedReceipt.Of(Receipt.Id, Here.Owner);
        row.SealedSecretKey = Receipt.Seal(row.SecretKeyPlace, Key.Material().Bytes());
        row.SealedMetadataKey = _ring.Seal(row.MetadataKeyPlace, Receipt.Material().Bytes());
        var key = MetadataKey.Parse(Encoding.ASCII.GetString(_ring.Open(row.MetadataKeyPlace, row.SealedMetadataKey).Bytes()))!;
        Assert.Equal(Key.Text, row.OpenSecretKey(key)!.Text);
    }

    [Property]
    public void Outer_content_is_padded_to_a_multiple_of_64_bytes(byte[] value, bool withPassphrase)
    {
        var inner = Box.Seal(new byte[32], 0, Here.Inner, value);
        var bytes = SecretBox.Contents.Encode(withPassphrase ? Kept : null, inner).Bytes();
        var used = 1 + (withPassphrase ? 80 : 0) + 4 + inner.Length;
        Assert.Equal(0, bytes.Length % 64);
        Assert.InRange(bytes.Length - used, 0, 63);
        Assert.All(bytes[used..], padding => Assert.Equal(0, padding));
        Assert.Equal(inner, new SecretBox.Contents(new SecretBytes(bytes)).Inner);
    }

    [Fact]
    public void Boxes_of_values_of_24_to_87_bytes_have_the_same_length()
    {
        var lengths = Enumerable.Range(24, 64).Select(bytes => SecretBox.Seal(_ring, Key, Here, new byte[bytes], null, null).Length);
        Assert.Single(lengths.ToHashSet());
    }

    [Fact]
    public void Resealing_changes_the_outer_box_and_keeps_the_inner_box()
    {
        var before = Seal(withPassphrase: true);
        var root = _folder.Ring.AddRoot();
        var after = _ring.Seal(Here.Outer, _ring.Open(Here.Outer, before).Bytes());
        Assert.Equal(root, Box.KeyId(after, "test"));
        Assert.NotEqual(before[..Box.NameLength], after[..Box.NameLength]);
        Assert.Equal(SecretBox.OpenOuter(_ring, Here, before).Inner, SecretBox.OpenOuter(_ring, Here, after).Inner);
        Assert.Equal(Value, Open(after, Here, Given));
    }

    private byte[] Seal(bool withPassphrase, SecretBox.SecretPlace? place = null) => SecretBox.Seal(
        _ring, Key, place ?? Here, Value, withPassphrase ? Kept : null, withPassphrase ? Kept.Stretch(Given) : null);

    private byte[] Open(byte[] box, SecretBox.SecretPlace place, string? passphrase)
    {
        var contents = SecretBox.OpenOuter(_ring, place, box);
        return SecretBox.OpenInner(Key, place, contents, passphrase is null ? null : contents.Passphrase!.Stretch(passphrase)).Bytes();
    }

    private static IEnumerable<byte[]> Windows(byte[] bytes) =>
        Enumerable.Range(0, Math.Max(0, bytes.Length - 31)).Select(at => bytes[at..(at + 32)]);

    private static byte[] Derived(byte[] material, string label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 32, info: Encoding.ASCII.GetBytes(label));
}
