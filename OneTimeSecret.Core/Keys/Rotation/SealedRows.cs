using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>The rows that are sealed with a root of the key ring and can be resealed with another root.</summary>
public sealed class SealedRows(
    IEnumerable<SealedColumn> columns, IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring,
    ILogger<SealedRows> log)
{
    private const int BatchSize = 200;

    private IEnumerable<SealedColumn.Moves> Movable => columns.Select(column => column.Rotation).OfType<SealedColumn.Moves>();

    /// <summary>Reseals every row that names another root than the current one.</summary>
    /// <returns>How many rows were resealed.</returns>
    internal async Task<int> Reseal(Action<int> progress, CancellationToken cancellation)
    {
        var current = ring.CurrentRoot;
        var resealed = 0;
        foreach (var column in Movable)
            await foreach (var batch in Naming(column, id => id != current, cancellation))
                progress(resealed += await Reseal(column, batch, cancellation));
        return resealed;
    }

    /// <summary>How many rows <paramref name="root"/> opens. Damaged rows do not count, because no root opens them.</summary>
    internal async Task<int> CountNaming(uint root, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var column in Movable)
            await foreach (var batch in Naming(column, id => id == root, cancellation))
                count += batch.Count(Opens);
        return count;
    }

    private async IAsyncEnumerable<SealedColumn.Row[]> Naming(
        SealedColumn.Moves column, Func<uint, bool> wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking; // this reads whole tables
        var rows = column.Rows(db).AsAsyncEnumerable().Where(row => Names(row, wanted));
        await foreach (var batch in rows.Chunk(BatchSize).WithCancellation(cancellation))
            yield return batch;
    }

    private Task<int> Reseal(SealedColumn.Moves column, SealedColumn.Row[] batch, CancellationToken cancellation) => write.Run(
        async db =>
        {
            var replaced = 0;
            foreach (var row in batch)
                if (SealAnew(row) is { } box)
                    replaced += await column.Replace(db, row.Place.RowId, row.Box, box);
            return replaced;
        },
        cancellation);

    private byte[]? SealAnew(SealedColumn.Row row)
    {
        using var content = Open(row);
        return content is null ? null : ring.Seal(row.Place, content.Span);
    }

    private bool Opens(SealedColumn.Row row)
    {
        using var content = Open(row);
        return content is not null;
    }

    /// <summary>Opens a row. Null: the row was changed outside the program. It is logged and does not affect other rows.</summary>
    private SecretBytes? Open(SealedColumn.Row row)
    {
        try
        {
            return ring.Open(row.Place, row.Box);
        }
        catch (Exception broken) when (broken is BrokenBoxException or KeyRingException)
        {
            log.LogError(broken, "A row ({Purpose}, id {ShortId}) cannot be opened and is skipped. Restore it from a backup",
                row.Place.Purpose, Convert.ToHexStringLower(row.Place.RowId.AsSpan(0, Math.Min(4, row.Place.RowId.Length))));
            return null;
        }
    }

    private static bool Names(SealedColumn.Row row, Func<uint, bool> wanted) =>
        row.Box.AsSpan().StartsWith(Box.Mark) && row.Box.Length >= Box.Overhead && wanted(Box.KeyId(row.Box, row.Place.Purpose));
}
