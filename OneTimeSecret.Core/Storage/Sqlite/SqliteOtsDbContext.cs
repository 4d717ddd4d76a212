using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>The model on SQLite.</summary>
public sealed class SqliteOtsDbContext(DbContextOptions<SqliteOtsDbContext> options) : OtsDbContext(options)
{
    /// <summary>Makes SQLite's provider say BEGIN IMMEDIATE: the write lock is held before the first read.</summary>
    internal override IsolationLevel WriteIsolation => IsolationLevel.Serializable;

    /// <summary>SQLite has one writer, who holds everything.</summary>
    private protected override Task Hold(RowLock wanted) => Task.CompletedTask;

    /// <summary>SQLite keeps any value in any column; and an id is read in any spelling.</summary>
    internal override IQueryable<AuditEvent> MisfitAuditEvents => Set<AuditEvent>().FromSql(
        $"""
        SELECT * FROM "AuditEvents" WHERE
            typeof("Time") <> 'integer' OR typeof("Kind") <> 'integer' OR typeof("Actor") <> 'integer' OR
            typeof("Result") <> 'integer' OR typeof("Count") <> 'integer' OR typeof("Mac") <> 'blob' OR
            typeof("Client") NOT IN ('text', 'null') OR typeof("Subject") NOT IN ('text', 'null') OR
            typeof("Detail") NOT IN ('text', 'null') OR typeof("AccountId") NOT IN ('text', 'null') OR
            "AccountId" NOT GLOB replace('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', 'x', '[0-9A-F]')
        """);

    /// <summary>
    /// Looks for what nobody but the program should have made, or taken away: triggers and views, indexes that leave rows out by their
    /// definition, and indexes that lack rows.
    /// </summary>
    internal override async Task<string?> FindRig(CancellationToken cancellation)
    {
        await using var made = Setup.Empty();
        await made.Database.OpenConnectionAsync(cancellation);
        await made.Database.MigrateAsync(cancellation);
        var (right, found) = (await made.Order(cancellation), await Order(cancellation));
        if (found.Except(right, StringComparer.Ordinal).Concat(right.Except(found, StringComparer.Ordinal)).FirstOrDefault() is { } other)
            return other.Split('\n')[0];
        var faults = await Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check('AuditEvents')")
            .ToListAsync(cancellation);
        return faults is ["ok"] ? null : faults[0];
    }

    /// <summary>Triggers and views of the whole database, and what the trail's tables and their indexes are.</summary>
    private Task<List<string>> Order(CancellationToken cancellation) => Database.SqlQueryRaw<string>(
        """
        SELECT type || ' ' || name || char(10) || coalesce(sql, '') AS Value FROM sqlite_master
        WHERE type IN ('trigger', 'view') OR tbl_name IN ('AuditEvents', 'AuditAnchors')
        """).ToListAsync(cancellation);

    /// <summary>SQLite can neither compare nor sort DateTimeOffset: times are unix milliseconds.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
