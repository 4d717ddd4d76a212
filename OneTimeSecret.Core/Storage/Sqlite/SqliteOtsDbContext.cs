using System.Data;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>The model on SQLite.</summary>
public sealed class SqliteOtsDbContext(DbContextOptions<SqliteOtsDbContext> options) : OtsDbContext(options)
{
    /// <summary>How long a checkpoint may wait for readers. Writers are blocked meanwhile.</summary>
    private const int BusyMilliseconds = 100;

    /// <summary>Makes the SQLite provider use BEGIN IMMEDIATE, which acquires the write lock before the first read.</summary>
    internal override IsolationLevel WriteIsolation => IsolationLevel.Serializable;

    /// <summary>Does nothing. SQLite has a single writer, whose write lock replaces all other locks.</summary>
    private protected override Task Hold(RowLock wanted) => Task.CompletedTask;

    /// <summary>SQLite stores values of any type in any column. The provider also reads ids in spellings that it does not write.</summary>
    internal override IQueryable<AuditEvent> AuditEventsOfWrongType => Set<AuditEvent>().FromSql(
        $"""
        SELECT * FROM "AuditEvents" WHERE
            typeof("Time") <> 'integer' OR typeof("Kind") <> 'integer' OR typeof("Actor") <> 'integer' OR
            typeof("Result") <> 'integer' OR typeof("Count") <> 'integer' OR typeof("Mac") <> 'blob' OR
            typeof("Client") NOT IN ('text', 'null') OR typeof("Subject") NOT IN ('text', 'null') OR
            typeof("Detail") NOT IN ('text', 'null') OR typeof("AccountId") NOT IN ('text', 'null') OR
            "AccountId" NOT GLOB replace('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', 'x', '[0-9A-F]')
        """);

    /// <summary>
    /// Compares the schema with a freshly migrated one, to find added triggers and views, and tables or indexes that were changed so that
    /// they omit rows. Then looks for indexes that lack rows.
    /// </summary>
    internal override async Task<string?> FindTampering(CancellationToken cancellation)
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

    /// <summary>The definitions of all triggers and views, and of the audit trail's tables and indexes.</summary>
    private Task<List<string>> Order(CancellationToken cancellation) => Database.SqlQueryRaw<string>(
        """
        SELECT type || ' ' || name || char(10) || coalesce(sql, '') AS Value FROM sqlite_master
        WHERE type IN ('trigger', 'view') OR tbl_name IN ('AuditEvents', 'AuditAnchors')
        """).ToListAsync(cancellation);

    /// <inheritdoc/>
    internal override async Task<StoredSize> Size(CancellationToken cancellation)
    {
        var (page, free) = (await Pragma("page_size", cancellation), await Pragma("freelist_count", cancellation));
        return new StoredSize((await Pragma("page_count", cancellation) - free) * page, free * page);
    }

    /// <inheritdoc/>
    internal override async Task<bool> IsScrubbed(CancellationToken cancellation) => await Pragma("user_version", cancellation) == 1;

    /// <summary>SQLite keeps this number in the header of the database for programs, and rolls it back with the transaction.</summary>
    internal override Task MarkScrubbed(bool isScrubbed) =>
        Database.ExecuteSqlRawAsync(isScrubbed ? "PRAGMA user_version = 1" : "PRAGMA user_version = 0");

    /// <summary>
    /// The passive checkpoint does the work without blocking writers. The truncating one holds the write lock while it waits for readers,
    /// so its wait is short.
    /// </summary>
    internal override async Task<bool> EmptyLog(CancellationToken cancellation)
    {
        await Pragma("wal_checkpoint(PASSIVE)", cancellation);
        await Database.OpenConnectionAsync(cancellation); // one connection for the timeout and the checkpoint
        var patience = await Pragma("busy_timeout", cancellation);
        try
        {
            await Pragma(string.Create(CultureInfo.InvariantCulture, $"busy_timeout={BusyMilliseconds}"), cancellation);
            // SQLite reports an open reader in the result row (busy, frames in the WAL, frames moved), not as an error.
            return await Pragma("wal_checkpoint(TRUNCATE)", cancellation) == 0;
        }
        finally
        {
            // The pool reuses the connection.
            await Pragma(string.Create(CultureInfo.InvariantCulture, $"busy_timeout={patience}"), CancellationToken.None);
            await Database.CloseConnectionAsync();
        }
    }

    /// <inheritdoc/>
    internal override void DropConnections() => SqliteConnection.ClearPool((SqliteConnection)Database.GetDbConnection());

    private async Task<long> Pragma(string pragma, CancellationToken cancellation)
    {
        await Database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = Database.GetDbConnection().CreateCommand();
            command.Transaction = Database.CurrentTransaction?.GetDbTransaction();
            command.CommandText = "PRAGMA " + pragma;
            return (long)(await command.ExecuteScalarAsync(cancellation))!;
        }
        finally
        {
            await Database.CloseConnectionAsync(); // counted: a connection that was open stays open
        }
    }

    /// <summary>Stores times as unix milliseconds, because the SQLite provider can neither compare nor sort DateTimeOffset.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
