using System.Globalization;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>The chain of the audit trail is the one of docs/crypto-format.md, which other software computed.</summary>
public sealed class FrozenAuditTests : IDisposable
{
    private readonly RingFolder _folder = new();
    private readonly AuditChain _chain;

    public FrozenAuditTests() => _chain = new AuditChain(FrozenVectors.Ring(_folder));

    public static TheoryData<string> Rows => FrozenVectors.Named("audit row: ");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_frozen_audit_row_has_its_mac(string name)
    {
        var frozen = Row(name);
        var act = new Act(frozen.Kind, frozen.Actor, frozen.AccountId, frozen.Client)
        {
            Subject = frozen.Subject, Detail = frozen.Detail, Result = frozen.Result, Count = frozen.Count,
        };
        Assert.Equal(frozen.Mac, Assert.Single(_chain.Next(Before(name), [act], frozen.Time)).Mac);
        Assert.True(_chain.Follows(Before(name), frozen));
    }

    [Fact]
    public void A_row_hangs_on_the_one_before_it()
    {
        var (first, second) = (Row("audit row: first"), Row("audit row: second"));
        Assert.Equal(first.Mac, Before("audit row: second").Mac);
        Assert.Equal(new byte[32], Before("audit row: first").Mac);
        Assert.Equal(Before("audit row: first").Mac, AuditChain.Begin(null).Mac);
        Assert.False(_chain.Follows(AuditChain.Begin(null), second));
        Assert.False(_chain.Follows(new Link(1, [.. first.Mac[..31], (byte)(first.Mac[31] ^ 1)]), second));
        Assert.False(_chain.Follows(new Link(2, first.Mac), second));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_column_of_an_audit_row_counts(string name)
    {
        var count = 0;
        foreach (var column in typeof(AuditEvent).GetProperties())
        {
            var changed = Row(name);
            column.SetValue(changed, Other(column.GetValue(changed), column.PropertyType));
            Assert.False(_chain.Follows(Before(name), changed), column.Name);
            count++;
        }
        Assert.Equal(11, count);
    }

    [Fact]
    public void No_text_and_an_empty_one_have_different_macs()
    {
        Act[] acts = [Act.OfServer(AuditKind.BannerSet), Act.OfServer(AuditKind.BannerSet) with { Detail = "" }];
        var macs = acts.Select(act => Convert.ToHexStringLower(
            Assert.Single(_chain.Next(AuditChain.Begin(null), [act], DateTimeOffset.UnixEpoch)).Mac));
        Assert.Equal(2, macs.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_frozen_anchor_has_its_seal()
    {
        var anchor = Anchor();
        Assert.Equal(anchor.Seal, _chain.Seal(new Link(anchor.Sequence, anchor.Mac), anchor.Time));
        Assert.True(_chain.IsSealed(anchor));
    }

    [Fact]
    public void Every_column_of_an_anchor_counts()
    {
        foreach (var column in typeof(AuditAnchor).GetProperties())
        {
            var changed = Anchor();
            column.SetValue(changed, Other(column.GetValue(changed), column.PropertyType));
            Assert.False(_chain.IsSealed(changed), column.Name);
        }
    }

    private static object Other(object? value, Type type) => value switch
    {
        byte[] bytes => bytes.Select((b, i) => i == 7 ? (byte)(b ^ 1) : b).ToArray(),
        DateTimeOffset time => time.AddMilliseconds(1),
        Enum kind => Enum.ToObject(type, Convert.ToInt32(kind, CultureInfo.InvariantCulture) + 1),
        long number => number + 1,
        int number => number + 1,
        string text => text + " ",
        Guid => Guid.Empty,
        _ => type == typeof(Guid?) ? Guid.Empty : "",
    };

    private static Link Before(string name) =>
        new(Number(FrozenVectors.Get(name), "sequence") - 1, FrozenVectors.Get(name).Bytes("before"));

    private static AuditEvent Row(string name)
    {
        var frozen = FrozenVectors.Get(name);
        return new AuditEvent
        {
            Sequence = Number(frozen, "sequence"),
            Time = DateTimeOffset.FromUnixTimeMilliseconds(Number(frozen, "time")),
            Kind = (AuditKind)Number(frozen, "kind"),
            Actor = (AuditActor)Number(frozen, "actor"),
            AccountId = frozen.Has("account") ? new Guid(frozen.Bytes("account"), bigEndian: true) : null,
            Client = Text(frozen, "client"),
            Subject = Text(frozen, "subject"),
            Detail = Text(frozen, "detail"),
            Result = (AuditResult)Number(frozen, "result"),
            Count = (int)Number(frozen, "count"),
            Mac = frozen.Bytes("mac"),
        };
    }

    private static AuditAnchor Anchor()
    {
        var frozen = FrozenVectors.Get("audit anchor");
        return new AuditAnchor
        {
            Sequence = Number(frozen, "sequence"),
            Mac = frozen.Bytes("mac"),
            Time = DateTimeOffset.FromUnixTimeMilliseconds(Number(frozen, "time")),
            Seal = frozen.Bytes("seal"),
        };
    }

    private static long Number(FrozenVectors.Section frozen, string name) => long.Parse(frozen[name], CultureInfo.InvariantCulture);

    private static string? Text(FrozenVectors.Section frozen, string name) => frozen.Has(name) ? frozen[name] : null;
}
