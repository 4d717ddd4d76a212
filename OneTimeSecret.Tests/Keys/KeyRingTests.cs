using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Keys;

public sealed class KeyRingTests : IDisposable
{
    private static readonly BoxContext Here = new("purpose", [1], null);

    private readonly RingFolder _folder = new();
    private readonly KeyRing _ring;

    public KeyRingTests() => _ring = _folder.Open();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Key_ring_seals_with_its_first_root_and_opens_the_result()
    {
        var box = _ring.Seal(Here, "value"u8);
        Assert.Equal(_ring.CurrentRoot, Box.KeyId(box, "test"));
        Assert.Equal("value"u8, _ring.Open(Here, box).Bytes());
        Assert.Equal("value"u8, _folder.Open().Open(Here, box).Bytes());
    }

    [Fact]
    public void Running_key_ring_seals_with_a_root_that_another_process_added()
    {
        var old = _ring.CurrentRoot;
        var added = _folder.Ring.AddRoot();
        Assert.Equal(added, Box.KeyId(_ring.Seal(Here, "value"u8), "test"));
        Assert.Equal([added, old], _ring.Roots);
    }

    [Fact]
    public void Running_key_ring_opens_boxes_of_the_old_and_of_an_added_root()
    {
        var before = _ring.Seal(Here, "before"u8);
        _folder.Ring.AddRoot();
        var after = _folder.Open().Seal(Here, "after"u8);
        Assert.Equal("after"u8, _ring.Open(Here, after).Bytes());
        Assert.Equal("before"u8, _ring.Open(Here, before).Bytes());
    }

    [Fact]
    public void Box_of_an_unknown_root_is_refused_with_the_names_of_root_and_file()
    {
        var old = _ring.CurrentRoot;
        var box = _ring.Seal(Here, "value"u8);
        _folder.Ring.AddRoot();
        _folder.Ring.RemoveRoot(old);
        var missing = Assert.Throws<KeyRingException>(() => _folder.Open().Open(Here, box));
        Assert.Contains($"root {KeyRingFile.Name(old)}", missing.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Ring.Path, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_root_opens_nothing_on_a_running_ring_that_has_sealed_since()
    {
        var old = _ring.CurrentRoot;
        var box = _ring.Seal(Here, "value"u8);
        _folder.Ring.AddRoot();
        _folder.Ring.RemoveRoot(old);
        _ring.Seal(Here, "another"u8);
        Assert.Throws<KeyRingException>(() => _ring.Open(Here, box));
    }

    [Fact]
    public void The_hash_key_opens_no_box()
    {
        var hashKey = _folder.Ring.Read().Single(key => key.Key == KeyRingFile.HashKeyId).Value;
        var subkey = HKDF.DeriveKey(HashAlgorithmName.SHA256, hashKey, 32, info: "ots/v1/purpose"u8.ToArray());
        Assert.Throws<KeyRingException>(() => _ring.Open(Here, Box.Seal(subkey, KeyRingFile.HashKeyId, Here, "value"u8)));
        Assert.Throws<BrokenBoxException>(() => _ring.Open(Here, Box.Seal(subkey, _ring.CurrentRoot, Here, "value"u8)));
        Assert.DoesNotContain(KeyRingFile.HashKeyId, _ring.Roots);
    }

    [Fact]
    public void Each_purpose_seals_with_a_subkey_of_its_own()
    {
        // Seals with the subkey of another purpose: the context of the box is right, but the key is wrong.
        var root = _folder.Ring.Read()[1];
        byte[] Subkey(string purpose) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, root.Value, 32, info: System.Text.Encoding.ASCII.GetBytes("ots/v1/" + purpose));
        Assert.Equal("value"u8, _ring.Open(Here, Box.Seal(Subkey("purpose"), root.Key, Here, "value"u8)).Bytes());
        Assert.Throws<BrokenBoxException>(() => _ring.Open(Here, Box.Seal(Subkey("other"), root.Key, Here, "value"u8)));
        Assert.Throws<BrokenBoxException>(() => _ring.Open(Here, Box.Seal(root.Value, root.Key, Here, "value"u8)));
    }

    [Fact]
    public void Each_purpose_hashes_with_a_subkey_of_its_own() =>
        Assert.NotEqual(_ring.Hash("one", "text"), _ring.Hash("other", "text"));

    [Fact]
    public void Parts_of_a_keyed_hash_are_separated_unambiguously()
    {
        byte[][] hashes =
        [
            _ring.Hash("purpose", "ab"u8.ToArray(), "c"u8.ToArray()),
            _ring.Hash("purpose", "a"u8.ToArray(), "bc"u8.ToArray()),
            _ring.Hash("purpose", "abc"u8.ToArray()),
            _ring.Hash("purpose", "abc"u8.ToArray(), []),
            _ring.Hash("purpose", [], "abc"u8.ToArray()),
            _ring.Hash("purpose", "a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()),
        ];
        Assert.Equal(hashes.Length, hashes.Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal).Count);
    }

    [Fact]
    public void Rotation_does_not_change_keyed_hashes()
    {
        var before = _ring.Hash("purpose", "text");
        _folder.Ring.AddRoot();
        Assert.Equal(before, _ring.Hash("purpose", "text"));
        Assert.Equal(before, _folder.Open().Hash("purpose", "text"));
    }

    [Fact]
    public void Key_ring_whose_file_was_deleted_refuses_to_seal()
    {
        File.Delete(_folder.Ring.Path);
        var missing = Assert.Throws<KeyRingException>(() => _ring.Seal(Here, "value"u8));
        Assert.Contains(_folder.Ring.Path, missing.Message, StringComparison.Ordinal);
    }
}
