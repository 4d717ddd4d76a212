using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Data that was sealed once can be opened forever. Other software computed the vectors of docs/crypto-format.md.</summary>
public sealed class FrozenVectorTests : IDisposable
{
    private readonly RingFolder _folder = new();
    private readonly KeyRing _ring;

    public FrozenVectorTests() => _ring = FrozenVectors.Ring(_folder);

    public static TheoryData<string> Hashes => FrozenVectors.Named("keyed hash: ");

    public static TheoryData<string> Secrets => FrozenVectors.Named("secret: ");

    public static TheoryData<string> Columns => FrozenVectors.Named("column: ");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Frozen_key_ring_file_is_read_with_its_keys()
    {
        var frozen = FrozenVectors.Get("key ring");
        Assert.Equal([(0u, frozen["hash key"]), (0x0a0b0c0d, frozen["root 0a0b0c0d"])],
            _folder.Ring.Read().Select(key => (key.Key, Convert.ToHexStringLower(key.Value))));
    }

    [Fact]
    public void Frozen_keys_have_the_frozen_lookup_hashes()
    {
        var frozen = FrozenVectors.Get("lookup hashes");
        Assert.Equal(frozen.Bytes("secret id"), SecretKey.Parse(frozen["secret key"])!.Id);
        Assert.Equal(frozen.Bytes("metadata id"), MetadataKey.Parse(frozen["metadata key"])!.Id);
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Frozen_keyed_hash_is_reproduced(string name)
    {
        var frozen = FrozenVectors.Get(name);
        byte[][] parts = [.. frozen.Values.Keys.Where(key => key.StartsWith("part ", StringComparison.Ordinal)).Select(frozen.Bytes)];
        Assert.Equal(frozen.Bytes("hash"), _ring.Hash(frozen["purpose"], parts));
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_frozen_secret_opens(string name)
    {
        var frozen = FrozenVectors.Get(name);
        var key = SecretKey.Parse(frozen["secret key"])!;

        var contents = SecretBox.OpenOuter(_ring, Place(frozen), frozen.Bytes("outer box"));
        var stretched = frozen.Has("passphrase") ? contents.Passphrase!.Stretch(Typed(frozen)) : null;

        Assert.Equal(frozen.Bytes("value"), SecretBox.OpenInner(key, Place(frozen), contents, stretched).Bytes());
    }

    [Theory]
    [InlineData("secret: owned, with passphrase")]
    [InlineData("secret: anonymous, with a normalized passphrase")]
    public void Frozen_passphrase_matches_and_its_stretched_key_is_reproduced(string name)
    {
        var frozen = FrozenVectors.Get(name);
        var kept = SecretBox.OpenOuter(_ring, Place(frozen), frozen.Bytes("outer box")).Passphrase!;

        Assert.Equal(frozen["verifier"], kept.Verifier);
        Assert.Equal(frozen["iterations"], kept.Iterations.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(frozen.Bytes("salt"), kept.Salt);
        Assert.Equal(frozen.Has("typed"), kept.IsNormalized);
        Assert.True(kept.Matches(SecretKey.Parse(frozen["secret key"])!, Typed(frozen)));
        Assert.Equal(frozen.Bytes("stretched"), kept.Stretch(Typed(frozen)).Bytes());
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Sealing_a_frozen_secret_gives_the_same_bytes(string name)
    {
        var frozen = FrozenVectors.Get(name);
        var place = Place(frozen);
        var kept = frozen.Has("passphrase") ? new Passphrase(frozen["verifier"], 210_000, frozen.Bytes("salt"), frozen.Has("typed")) : null;

        var inner = Box.Seal(frozen.Bytes("inner key"), 0, place.Inner, frozen.Bytes("value"), frozen.Bytes("inner nonce"));
        var contents = SecretBox.Contents.Encode(kept, inner).Bytes();
        var outer = Box.Seal(frozen.Bytes("outer key"), 0x0a0b0c0d, place.Outer, contents, frozen.Bytes("outer nonce"));

        Assert.Equal(frozen.Bytes("inner context"), place.Inner.AssociatedData(0));
        Assert.Equal(frozen.Bytes("inner box"), inner);
        Assert.Equal(frozen.Bytes("outer content"), contents);
        Assert.Equal(frozen.Bytes("outer context"), place.Outer.AssociatedData(0x0a0b0c0d));
        Assert.Equal(frozen.Bytes("outer box"), outer);
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void Sealing_a_frozen_column_gives_the_same_bytes(string name)
    {
        var frozen = FrozenVectors.Get(name);
        var context = new BoxContext(frozen["purpose"], frozen.Bytes("row"), frozen.Owner);
        Assert.Equal(frozen.Bytes("context"), context.AssociatedData(frozen.KeyId));
        Assert.Equal(frozen.Bytes("box"),
            Box.Seal(frozen.Bytes("key"), frozen.KeyId, context, frozen.Bytes("plaintext"), frozen.Bytes("nonce")));
    }

    [Fact]
    public void Frozen_receipt_columns_open()
    {
        var (secretKey, metadataKey) = (FrozenVectors.Get("column: receipt-secret-key"), FrozenVectors.Get("column: receipt-metadata-key"));
        var receipt = SealedReceipt.Of(secretKey.Bytes("row"), secretKey.Owner);
        receipt.SealedSecretKey = secretKey.Bytes("box");

        var key = MetadataKey.Parse(Encoding.ASCII.GetString(_ring.Open(receipt.MetadataKeyPlace, metadataKey.Bytes("box")).Bytes()))!;

        Assert.Equal(Encoding.ASCII.GetString(secretKey.Bytes("plaintext")), receipt.OpenSecretKey(key)!.Text);
    }

    [Fact]
    public void A_frozen_mail_opens()
    {
        var frozen = FrozenVectors.Get("column: outbox");
        var mail = MailContent.Open(_ring, new Guid(frozen.Bytes("row"), bigEndian: true), frozen.Owner!.Value, frozen.Bytes("box"));
        var expires = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000);
        Assert.Equal(
            new SecretLinkMail("jane@example.com", "joe@example.com", "abcdefghijklmnopqrstuvwxyz01234", expires, HasPassphrase: true),
            mail);
    }

    [Fact]
    public void A_frozen_cookie_key_opens()
    {
        var frozen = FrozenVectors.Get("column: cookie-key");
        var row = new DataProtectionKey { Id = Encoding.UTF8.GetString(frozen.Bytes("row")), Box = frozen.Bytes("box") };
        Assert.Equal(frozen.Bytes("plaintext"), _ring.Open(row.Place, row.Box).Bytes());
    }

    [Fact]
    public void A_key_check_is_the_sealed_proof_of_its_root()
    {
        var frozen = FrozenVectors.Get("column: key-check");
        var check = KeyCheck.Of(_ring);
        var context = new BoxContext("key-check", frozen.Bytes("row"), null);

        Assert.Equal(check.RootId, BinaryPrimitives.ReadUInt32BigEndian(frozen.Bytes("row")));
        Assert.Equal(frozen.Bytes("plaintext"), _ring.Open(context, frozen.Bytes("box")).Bytes());
        Assert.Equal(frozen.Bytes("plaintext"), _ring.Open(context, check.Box).Bytes());
    }

    [Fact]
    public void Frozen_audit_row_is_chained_to_the_row_before()
    {
        var (chain, first, second) = (new AuditChain(_ring), Row("audit, first row"), Row("audit, second row"));
        Assert.True(chain.Follows(AuditChain.Begin(null), first));
        Assert.True(chain.Follows(new Link(first.Sequence, first.Mac), second));
        Assert.False(chain.Follows(AuditChain.Begin(null), second));
        Assert.Equal((AuditKind.RequestsLimited, AuditActor.Anybody, "198.51.100.7", null, AuditResult.Refused, 42),
            (first.Kind, first.Actor, first.Client, first.Subject, first.Result, first.Count));
        Assert.Equal((AuditKind.SecretDestroyed, AuditActor.Account, "2001:db8::/64", "1a259fa0", "Müll"),
            (second.Kind, second.Actor, second.Client, second.Subject, second.Detail));
    }

    [Fact]
    public void Change_of_any_column_of_an_audit_row_breaks_the_chain()
    {
        var (chain, before) = (new AuditChain(_ring), Row("audit, first row"));
        Action<Changes>[] changes =
        [
            to => to.Time = to.Time.AddMilliseconds(1), to => to.Kind = AuditKind.SecretBurned, to => to.Actor = AuditActor.Operator,
            to => to.AccountId = null, to => to.Client = null, to => to.Client = "", to => to.Subject = null, to => to.Subject = "",
            to => to.Detail = null, to => to.Detail = "", to => to.Result = AuditResult.Refused, to => to.Count = 2,
        ];
        Assert.True(chain.Follows(new Link(1, before.Mac), Row("audit, second row")));
        Assert.All(changes, change => Assert.False(chain.Follows(new Link(1, before.Mac), Row("audit, second row", change))));
        Assert.False(chain.Follows(AuditChain.Begin(null), Row("audit, first row", to => to.Subject = "")));
        Assert.False(chain.Follows(AuditChain.Begin(null), Row("audit, first row", to => to.AccountId = Guid.Empty)));
    }

    [Fact]
    public void Frozen_audit_anchor_has_a_valid_seal()
    {
        var frozen = FrozenVectors.Get("keyed hash: audit-anchor");
        var anchor = new AuditAnchor
        {
            Sequence = Number(frozen, 1), Mac = frozen.Bytes("part 2"), Time = Time(frozen, 3), Seal = frozen.Bytes("hash"),
        };
        Assert.True(new AuditChain(_ring).IsSealed(anchor));

        using var elsewhere = new RingFolder();
        Assert.False(new AuditChain(elsewhere.Open()).IsSealed(anchor));
    }

    private static AuditEvent Row(string name, Action<Changes>? change = null)
    {
        var frozen = FrozenVectors.Get("keyed hash: " + name);
        var row = new Changes
        {
            Time = Time(frozen, 3),
            Kind = (AuditKind)Number(frozen, 4),
            Actor = (AuditActor)Number(frozen, 5),
            AccountId = frozen.Bytes("part 6") is { Length: > 0 } account ? new Guid(account, bigEndian: true) : null,
            Client = Text(frozen, 7),
            Subject = Text(frozen, 8),
            Detail = Text(frozen, 9),
            Result = (AuditResult)Number(frozen, 10),
            Count = (int)Number(frozen, 11),
        };
        change?.Invoke(row);
        return new AuditEvent
        {
            Sequence = Number(frozen, 2), Time = row.Time, Kind = row.Kind, Actor = row.Actor, AccountId = row.AccountId,
            Client = row.Client, Subject = row.Subject, Detail = row.Detail, Result = row.Result, Count = row.Count,
            Mac = frozen.Bytes("hash"),
        };
    }

    private static long Number(FrozenVectors.Section frozen, int part) =>
        BinaryPrimitives.ReadInt64BigEndian(frozen.Bytes($"part {part}"));

    private static DateTimeOffset Time(FrozenVectors.Section frozen, int part) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Number(frozen, part));

    private static string? Text(FrozenVectors.Section frozen, int part) =>
        frozen.Bytes($"part {part}") is [1, .. var text] ? Encoding.UTF8.GetString(text) : null;

    /// <summary>The passphrase as somebody types it, which may differ from its normalized spelling.</summary>
    private static string Typed(FrozenVectors.Section frozen) =>
        frozen.Has("typed") ? Encoding.UTF8.GetString(frozen.Bytes("typed")) : frozen["passphrase"];

    private static SecretBox.SecretPlace Place(FrozenVectors.Section frozen) => new(
        frozen.Bytes("secret id"), frozen.Bytes("receipt id"), frozen.Owner,
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(frozen["expires"], CultureInfo.InvariantCulture)));

    /// <summary>The columns of an audit row, writable so that a test can change one.</summary>
    private sealed class Changes
    {
        public required DateTimeOffset Time { get; set; }

        public required AuditKind Kind { get; set; }

        public required AuditActor Actor { get; set; }

        public required Guid? AccountId { get; set; }

        public required string? Client { get; set; }

        public required string? Subject { get; set; }

        public required string? Detail { get; set; }

        public required AuditResult Result { get; set; }

        public required int Count { get; set; }
    }
}
