using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>Applies the required settings to every SQLite connection that opens, and reads them back (docs/adr/0002).</summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    // WAL: readers do not wait for the writer. FULL: a committed claim survives a power cut. With NORMAL it could be undone, and the
    // secret could be revealed twice. secure_delete: deleted bytes are overwritten. MEMORY: savepoints use no temporary files. cache_size:
    // in KiB for each pooled connection, because a flood opens dozens, and the system caches the file anyway.
    private const string Set =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON; " +
        "PRAGMA cache_size=-500;";

    private const string Read =
        "SELECT (SELECT journal_mode FROM pragma_journal_mode) || ' ' || (SELECT synchronous FROM pragma_synchronous) || ' ' || " +
        "(SELECT secure_delete FROM pragma_secure_delete) || ' ' || (SELECT temp_store FROM pragma_temp_store) || ' ' || " +
        "(SELECT foreign_keys FROM pragma_foreign_keys)";

    private const string Wanted = "wal 2 1 2 1";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    private static void Apply(DbConnection connection)
    {
        // EF Core uses a read-only connection to check whether the database exists. It needs none of these settings.
        if (connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase))
            return;
        // The program uses neither. Somebody else could add them to make new rows of the audit trail vanish.
        foreach (var foreign in new[] { raw.SQLITE_DBCONFIG_ENABLE_TRIGGER, raw.SQLITE_DBCONFIG_ENABLE_VIEW })
            if (raw.sqlite3_db_config(((SqliteConnection)connection).Handle, foreign, 0, out _) != raw.SQLITE_OK)
                throw new InvalidOperationException("SQLite did not switch off triggers and views, which could hide audit rows.");
        using var command = connection.CreateCommand();
        command.CommandText = Set;
        command.ExecuteNonQuery();
        command.CommandText = Read;
        if (command.ExecuteScalar() is not Wanted)
            throw new InvalidOperationException($"SQLite did not take the settings that prevent second reveals and erase rows ({Wanted}).");
        // SQLite opens a file that it may not write just now for reading only. The pool must not keep such a connection for later writes.
        if (raw.sqlite3_db_readonly(((SqliteConnection)connection).Handle, "main") != 0)
            SqliteConnection.ClearPool((SqliteConnection)connection);
    }
}
