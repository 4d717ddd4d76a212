using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Retries;

public sealed class AnswerBoxTests : IDisposable
{
    private const string Given = "correct horse";

    private static readonly byte[] Value = Encoding.UTF8.GetBytes("the value");

    private static readonly SecretKey Key = SecretKey.New();

    private static readonly RetryProof Mine = Verbs.Proof();

    private static readonly AnswerPlace Here =
        new(Key.Id, MetadataKey.New().Id, Guid.NewGuid(), DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000));

    // A substitute without slow hashing. PassphraseTests covers the hashing of passphrases.
    private static readonly Passphrase Kept = new(new string('v', Passphrase.VerifierLength), 1, RandomNumberGenerator.GetBytes(16), true);

    private readonly RingFolder _folder = new();
    private readonly KeyRing _ring;

    public AnswerBoxTests() => _ring = _folder.Open();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Link_proof_and_key_ring_open_a_kept_answer(bool withPassphrase) =>
        Assert.Equal(Value, Open(Key, Mine, Here, withPassphrase, withPassphrase ? Given : null));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_kept_answer_opens_with_no_other_proof_and_no_other_link(bool withPassphrase)
    {
        var given = withPassphrase ? Given : null;
        Assert.Throws<BrokenBoxException>(() => Open(Key, Verbs.Proof(), Here, withPassphrase, given));
        Assert.Throws<BrokenBoxException>(() => Open(SecretKey.New(), Mine, Here, withPassphrase, given));
    }

    [Fact]
    public void A_kept_answer_needs_the_passphrase()
    {
        Assert.Throws<BrokenBoxException>(() => Open(Key, Mine, Here, withPassphrase: true, null));
        Assert.Throws<BrokenBoxException>(() => Open(Key, Mine, Here, withPassphrase: true, Given + " "));
    }

    [Fact]
    public void A_kept_answer_does_not_open_in_another_place()
    {
        AnswerPlace[] elsewhere =
        [
            Here with { SecretId = SecretKey.New().Id },
            Here with { ReceiptId = MetadataKey.New().Id },
            Here with { Owner = null },
            Here with { Until = Here.Until.AddMilliseconds(1) },
        ];
        Assert.All(elsewhere, place => Assert.Throws<BrokenBoxException>(() => Open(Key, Mine, place, withPassphrase: false, null)));
        // Nor does the outer box of a secret open as one of an answer, or the other way round.
        var secret = new SecretBox.SecretPlace(Here.SecretId, Here.ReceiptId, Here.Owner, Here.Until);
        Assert.Throws<BrokenBoxException>(() => SecretBox.OpenOuter(_ring, secret, Seal(withPassphrase: false)));
        Assert.Throws<BrokenBoxException>(
            () => AnswerBox.OpenOuter(_ring, Here, SecretBox.Seal(_ring, Key, secret, Value, null, null)));
    }

    [Theory]
    [InlineData("ots/v1/answer/link+proof", null)]
    [InlineData("ots/v1/answer/link+passphrase+proof", Given)]
    public void The_key_of_a_kept_answer_is_derived_from_link_passphrase_and_proof(string label, string? given)
    {
        var contents = AnswerBox.OpenOuter(_ring, Here, Seal(given is not null));
        byte[] material =
            [.. Key.Material().Bytes(), .. given is null ? [] : Kept.Stretch(given).Bytes(), .. Mine.Material().Bytes()];
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 32, info: Encoding.ASCII.GetBytes(label));
        Assert.Equal(Value, Box.Open(key, Here.Inner, contents.Inner).Bytes());
    }

    [Theory]
    [InlineData("answer: without passphrase")]
    [InlineData("answer: with passphrase")]
    public void A_frozen_kept_answer_opens(string name)
    {
        var frozen = FrozenVectors.Get(name);
        using var folder = new RingFolder();
        var ring = FrozenVectors.Ring(folder);
        var place = new AnswerPlace(
            frozen.Bytes("secret id"), frozen.Bytes("receipt id"), frozen.Owner,
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(frozen["until"], CultureInfo.InvariantCulture)));
        var contents = AnswerBox.OpenOuter(ring, place, frozen.Bytes("outer box"));
        var stretched = frozen.Has("passphrase") ? contents.Passphrase!.Stretch(frozen["passphrase"]) : null;
        var value = AnswerBox.OpenInner(
            SecretKey.Parse(frozen["secret key"])!, RetryProof.Parse(frozen["proof"])!, place, contents, stretched);
        Assert.Equal(frozen.Bytes("value"), value.Bytes());
        Assert.Equal(frozen.Bytes("inner context"), place.Inner.AssociatedData(0));
        Assert.Equal(frozen.Bytes("outer context"), place.Outer.AssociatedData(0x0a0b0c0d));
        Assert.Equal(frozen.Bytes("inner box"), contents.Inner.ToArray());
    }

    private byte[] Seal(bool withPassphrase) => AnswerBox.Seal(
        _ring, Key, Mine, Here, Value, withPassphrase ? Kept : null, withPassphrase ? Kept.Stretch(Given) : null);

    private byte[] Open(SecretKey key, RetryProof proof, AnswerPlace place, bool withPassphrase, string? given)
    {
        var contents = AnswerBox.OpenOuter(_ring, place, Seal(withPassphrase));
        return AnswerBox.OpenInner(key, proof, place, contents, given is null ? null : contents.Passphrase!.Stretch(given)).Bytes();
    }
}
