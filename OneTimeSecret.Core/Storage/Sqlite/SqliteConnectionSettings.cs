using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>What every SQLite connection must be set to, set and read back whenever one is opened (docs/adr/0002).</summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    // WAL: readers do not wait for the writer. FULL: a committed claim survives a power cut; with NORMAL it could be undone and
    // the secret be revealed twice. secure_delete: deleted bytes are overwritten. MEMORY: savepoints spill to no file.
    private const string Set =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;";

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
        // EF Core looks whether a database exists over a connection that cannot write, and so needs none of this.
        if (connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase))
            return;
        // The program has neither; whoever writes the database might, to have rows of the audit trail vanish as they are written.
        foreach (var foreign in new[] { raw.SQLITE_DBCONFIG_ENABLE_TRIGGER, raw.SQLITE_DBCONFIG_ENABLE_VIEW })
            if (raw.sqlite3_db_config(((SqliteConnection)connection).Handle, foreign, 0, out _) != raw.SQLITE_OK)
                throw new InvalidOperationException("SQLite did not switch triggers and views off.");
        using var command = connection.CreateCommand();
        command.CommandText = Set;
        command.ExecuteNonQuery();
        command.CommandText = Read;
        if (command.ExecuteScalar() is not Wanted)
            throw new InvalidOperationException($"SQLite did not take the settings that exactly-once and erasure need ({Wanted}).");
    }
}
