using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Adds rows to the audit trail by one statement that is prepared once for a batch. Change tracking would make the trail cost a create
/// three times as much (docs/adr/0010); names and types are the model's all the same.
/// </summary>
internal static class AuditRows
{
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
