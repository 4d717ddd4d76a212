using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// The chain of the audit trail. The MAC of a row is the HMAC of the previous row's MAC and of all other columns, under a subkey that is
/// not in the database. So a person who can only write the database cannot change a row and then recompute the MACs of the later rows
/// (docs/crypto-format.md).
/// </summary>
public sealed class AuditChain(KeyRing ring)
{
    private const string RowPurpose = "audit";
    private const string AnchorPurpose = "audit-anchor";

    /// <summary>The last link of the chain in the database.</summary>
    internal static async Task<Link> End(OtsDbContext db) => await AuditRows.Last(db) ?? Begin(await Anchor(db));

    /// <summary>The anchor of a trimmed chain; null: nothing was trimmed.</summary>
    internal static Task<AuditAnchor?> Anchor(OtsDbContext db) =>
        db.AuditAnchors.AsNoTracking().Where(a => a.Sequence > 0).OrderByDescending(a => a.Sequence).FirstOrDefaultAsync();

    /// <summary>The link before the first row: the anchor, or sequence 0 and 32 zeros if nothing was trimmed.</summary>
    internal static Link Begin(AuditAnchor? anchor) =>
        anchor is null ? new Link(0, new byte[HMACSHA256.HashSizeInBytes]) : new Link(anchor.Sequence, anchor.Mac);

    /// <summary>The rows that append <paramref name="acts"/> to the chain after <paramref name="end"/>.</summary>
    internal IEnumerable<AuditEvent> Next(Link end, IEnumerable<Act> acts, DateTimeOffset now)
    {
        foreach (var act in acts)
        {
            var row = Next(end, act, now);
            yield return row;
            end = new Link(row.Sequence, row.Mac);
        }
    }

    /// <summary>Whether a row directly follows <paramref name="end"/> and is unchanged since it was written.</summary>
    internal bool Follows(Link end, AuditEvent row) =>
        row.Sequence == end.Sequence + 1 && CryptographicOperations.FixedTimeEquals(row.Mac, Mac(end.Mac, row));

    /// <summary>The seal of an anchor, which only the key ring can compute.</summary>
    internal byte[] Seal(Link last, DateTimeOffset time) =>
        ring.Hash(AnchorPurpose, Number(last.Sequence), last.Mac, Number(time.ToUnixTimeMilliseconds()));

    /// <summary>Whether an anchor's seal was made with this key ring.</summary>
    internal bool IsSealed(AuditAnchor anchor) =>
        CryptographicOperations.FixedTimeEquals(anchor.Seal, Seal(new Link(anchor.Sequence, anchor.Mac), anchor.Time));

    private AuditEvent Next(Link end, Act act, DateTimeOffset now)
    {
        var row = new AuditEvent
        {
            Sequence = end.Sequence + 1,
            Time = DateTimeOffset.FromUnixTimeMilliseconds((act.Time ?? now).ToUnixTimeMilliseconds()),
            Kind = act.Kind,
            Actor = act.Actor,
            AccountId = act.AccountId,
            Client = act.Client,
            Subject = act.Subject,
            Detail = act.Detail is { } detail ? detail[..Math.Min(detail.Length, Act.LongestDetail)] : null,
            Result = act.Result,
            Count = act.Count,
            Mac = [],
        };
        row.Mac = Mac(end.Mac, row);
        return row;
    }

    private byte[] Mac(byte[] before, AuditEvent row) => ring.Hash(
        RowPurpose, before, Number(row.Sequence), Number(row.Time.ToUnixTimeMilliseconds()), Number((int)row.Kind), Number((int)row.Actor),
        row.AccountId?.ToByteArray(bigEndian: true) ?? [], Text(row.Client), Text(row.Subject), Text(row.Detail), Number((int)row.Result),
        Number(row.Count));

    private static byte[] Number(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>The first byte says whether there is a text, so that null and an empty text give different MACs.</summary>
    private static byte[] Text(string? text) => text is null ? [0] : [1, .. Encoding.UTF8.GetBytes(text)];
}

/// <summary>A position in the chain.</summary>
/// <param name="Sequence">The row's sequence; 0 before the first row.</param>
/// <param name="Mac">The row's MAC.</param>
internal sealed record Link(long Sequence, byte[] Mac);
