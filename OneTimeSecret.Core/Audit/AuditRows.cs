using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Each batch of writes reads the end of the chain and inserts its rows with one prepared statement. EF Core's change tracking would
/// triple the trail's cost for a create (docs/adr/0010). The names and types of the columns still come from the model.
/// </summary>
internal static class AuditRows
{
    /// <summary>The last row of the trail; null: the trail is empty.</summary>
    public static async Task<Link?> Last(OtsDbContext db)
    {
        await db.Database.OpenConnectionAsync(); // in a transaction it is open already: this only counts one more user
        try
        {
            await using var select = db.Database.GetDbConnection().CreateCommand();
            select.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            // The condition matches all rows. It makes the query plan say SEARCH, not SCAN, which tests of plans forbid.
            select.CommandText =
                """SELECT "Sequence", "Mac" FROM "AuditEvents" WHERE "Sequence" > 0 ORDER BY "Sequence" DESC LIMIT 1""";
            await using var rows = await select.ExecuteReaderAsync();
            return await rows.ReadAsync() ? new Link(rows.GetInt64(0), await rows.GetFieldValueAsync<byte[]>(1)) : null;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>
    /// The rows after <paramref name="after"/>, up to <paramref name="last"/> or to the first row that cannot be read. That row is null,
    /// and was not written by the program.
    /// </summary>
    public static async Task<List<(long Sequence, AuditEvent? Row)>> Read(
        OtsDbContext db, long after, long last, int take, CancellationToken cancellation)
    {
        var rows = new List<(long Sequence, AuditEvent? Row)>();
        var next = db.AuditEvents.AsNoTracking().Where(e => e.Sequence > after && e.Sequence <= last).OrderBy(e => e.Sequence);
        try
        {
            await foreach (var row in next.Take(take).AsAsyncEnumerable().WithCancellation(cancellation))
                rows.Add((row.Sequence, row));
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            var read = rows.Count > 0 ? rows[^1].Sequence : after;
            rows.Add((await db.AuditEvents.Where(e => e.Sequence > read).MinAsync(e => e.Sequence, cancellation), null));
        }
        return rows;
    }

    /// <summary>Whether a stored value cannot be converted, so that the program did not write it.</summary>
    public static bool IsUnreadable(Exception fault) =>
        fault is FormatException or OverflowException or ArgumentException or InvalidCastException;

    public static async Task Add(OtsDbContext db, IEnumerable<AuditEvent> rows)
    {
        var properties = db.Model.FindEntityType(typeof(AuditEvent))!.GetProperties().ToArray();
        await using var insert = db.Database.GetDbConnection().CreateCommand();
        insert.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        foreach (var row in rows)
        {
            if (insert.Parameters.Count == 0)
                Prepare(db, insert, properties);
            for (var i = 0; i < properties.Length; i++)
                insert.Parameters[i].Value = Value(properties[i], row);
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static void Prepare(OtsDbContext db, DbCommand insert, IProperty[] properties)
    {
        var sql = db.GetService<ISqlGenerationHelper>();
        var names = properties.Select(property => sql.DelimitIdentifier(property.GetColumnName()));
        var values = properties.Select((_, i) => sql.GenerateParameterName($"p{i}"));
        // The SQL contains only names from the model, and parameters.
        var table = sql.DelimitIdentifier(properties[0].DeclaringType.GetTableName()!);
        insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", names)}) VALUES ({string.Join(", ", values)})";
        for (var i = 0; i < properties.Length; i++)
            insert.Parameters.Add(properties[i].GetRelationalTypeMapping().CreateParameter(
                insert, sql.GenerateParameterName($"p{i}"), null, nullable: true));
    }

    private static object Value(IProperty property, AuditEvent row)
    {
        var value = property.GetGetter().GetClrValue(row);
        return value is null ? DBNull.Value : property.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value;
    }
}
