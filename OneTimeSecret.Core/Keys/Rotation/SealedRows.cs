using System.Data;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>Every column that is sealed under the server's key, so that rows can be moved to another root.</summary>
/// <remarks>A new sealed column belongs into <see cref="Columns"/>; a test compares the list with the model.</remarks>
public sealed class SealedRows(IDbContextFactory<OtsDbContext> contexts, KeyRing ring, ILogger<SealedRows> log)
{
    private const int BatchSize = 200;

    private static readonly Column[] Columns =
    [
        new(db => db.Secrets
                .Join(db.Receipts, s => s.ReceiptId, r => r.Id, (s, r) => new { Secret = s, MakerId = r.Adopted ? null : r.OwnerId })
                .Select(x => new SealedRow(
                new SecretBox.SecretPlace(x.Secret.Id, x.Secret.ReceiptId, x.MakerId, x.Secret.Expires).Outer, x.Secret.Box)),
            (db, id, old, box) => db.Secrets.Where(s => s.Id == id && s.Box == old)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.Box, box))),
        new(db => db.Receipts.Where(r => r.SealedMetadataKey != null).Select(r => new SealedRow(r.MetadataKeyPlace, r.SealedMetadataKey!)),
            (db, id, old, box) => db.Receipts.Where(r => r.Id == id && r.SealedMetadataKey == old)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.SealedMetadataKey, box))),
        new(db => db.Users.Where(a => a.TotpKey != null).Select(a => new SealedRow(Totp.Place(a.Id), a.TotpKey!)),
            (db, id, old, box) =>
            {
                var account = new Guid(id, bigEndian: true);
                return db.Users.Where(a => a.Id == account && a.TotpKey == old)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpKey, box));
            }),
        new(db => db.Outbox.Select(m => new SealedRow(MailContent.Place(m.Id, m.OwnerId), m.Box)),
            (db, id, old, box) =>
            {
                var mail = new Guid(id, bigEndian: true);
                return db.Outbox.Where(m => m.Id == mail && m.Box == old).ExecuteUpdateAsync(set => set.SetProperty(m => m.Box, box));
            }),
        new(db => db.DataProtectionKeys.Select(k => new SealedRow(k.Place, k.Box)),
            (db, id, old, box) =>
            {
                var name = Encoding.UTF8.GetString(id);
                return db.DataProtectionKeys.Where(k => k.Id == name && k.Box == old)
                    .ExecuteUpdateAsync(set => set.SetProperty(k => k.Box, box));
            }),
    ];

    /// <summary>Seals every row anew that names another root than the current one.</summary>
    /// <returns>How many rows were sealed anew.</returns>
    internal async Task<int> Reseal(Action<int> progress, CancellationToken cancellation)
    {
        var current = ring.CurrentRoot;
        var resealed = 0;
        foreach (var column in Columns)
            await foreach (var batch in Naming(column, id => id != current, cancellation))
                progress(resealed += await Reseal(column, batch, cancellation));
        return resealed;
    }

    /// <summary>How many rows <paramref name="root"/> opens. Rows that nothing opens lose nothing with the root.</summary>
    internal async Task<int> CountNaming(uint root, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var column in Columns)
            await foreach (var batch in Naming(column, id => id == root, cancellation))
                count += batch.Count(row => Open(row) is not null);
        return count;
    }

    private async IAsyncEnumerable<SealedRow[]> Naming(
        Column column, Func<uint, bool> wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking; // whole tables pass through here
        var rows = column.Rows(db).AsAsyncEnumerable().Where(row => Names(row, wanted));
        await foreach (var batch in rows.Chunk(BatchSize).WithCancellation(cancellation))
            yield return batch;
    }

    private async Task<int> Reseal(Column column, SealedRow[] batch, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        var replaced = 0;
        foreach (var row in batch)
            if (Open(row) is { } content)
                replaced += await column.Replace(db, row.Place.RowId, row.Box, ring.Seal(row.Place, content));
        await transaction.CommitAsync(cancellation);
        return replaced;
    }

    /// <summary>The content, or null for a row that was changed outside the program: it is named in the log and hinders no other.</summary>
    private byte[]? Open(SealedRow row)
    {
        try
        {
            return ring.Open(row.Place, row.Box);
        }
        catch (Exception broken) when (broken is BrokenBoxException or KeyRingException)
        {
            log.LogError(broken, "A row ({Purpose}, id {ShortId}) cannot be moved to another root",
                row.Place.Purpose, Convert.ToHexStringLower(row.Place.RowId.AsSpan(0, Math.Min(4, row.Place.RowId.Length))));
            return null;
        }
    }

    private static bool Names(SealedRow row, Func<uint, bool> wanted) =>
        row.Box.AsSpan().StartsWith(Box.Mark) && row.Box.Length >= Box.Overhead && wanted(Box.KeyId(row.Box, row.Place.Purpose));

    private sealed record SealedRow(BoxContext Place, byte[] Box);

    /// <summary>How one column is walked and written.</summary>
    /// <param name="Rows">All boxes of the column.</param>
    /// <param name="Replace">Puts a new box (last) in the place of the old one in the row of that id, if it is still there.</param>
    private sealed record Column(
        Func<OtsDbContext, IQueryable<SealedRow>> Rows, Func<OtsDbContext, byte[], byte[], byte[], Task<int>> Replace);
}
