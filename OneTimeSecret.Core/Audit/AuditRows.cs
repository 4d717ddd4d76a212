using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// What the audit trail adds to each batch of writes: the end of the chain read, and rows added by one statement that is prepared once.
/// EF Core's own ways would make the trail cost a create three times as much (docs/adr/0010); names and types are the model's all the same.
/// </summary>
internal static class AuditRows
{
    /// <summary>The last row of the trail; null: there is none.</summary>
    public static async Task<Link?> Last(OtsDbContext db)
    {
        await db.Database.OpenConnectionAsync(); // which it is in a transaction: the count of its users goes up
        try
        {
            await using var select = db.Database.GetDbConnection().CreateCommand();
            select.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            // From above 0 on, which are all: so the plan says that it searches the key, where it would say that it scans.
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
    /// The rows behind <paramref name="after"/>, up to <paramref name="last"/> or one that cannot be read: that is null, and was not
    /// written by the program.
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

    /// <summary>Whether the database holds what no value of the program's becomes.</summary>
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
        // Only names of the model, and places for values.
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
