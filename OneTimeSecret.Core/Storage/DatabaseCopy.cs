using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Writes the database into another file while a server uses it. All rows come from one read transaction, so they fit together. They are
/// inserted into a new file, so the file holds nothing that was deleted, and what is left out was never in it.
/// </summary>
public sealed class DatabaseCopy(DataFolder folder)
{
    /// <summary>The size of the database in bytes, as the whole of which progress is a part.</summary>
    internal long Size => new FileInfo(folder.Database).Length;

    /// <summary>Copies the database into <paramref name="path"/>, an empty file, and makes it durable. Blocks the thread.</summary>
    /// <param name="path">The empty file.</param>
    /// <param name="changes">
    /// The tables that are not copied as they are. Null instead of columns: no rows. Otherwise SQL for the named columns.
    /// </param>
    /// <param name="afterwards">A statement that makes the rows of the copy fit together. Null: none.</param>
    /// <param name="cancellation">Interrupts the copying. The file is then of no use.</param>
    /// <returns>The number of rows of each table.</returns>
    /// <exception cref="SqliteException">The database cannot be read, or the file cannot be written.</exception>
    internal IReadOnlyDictionary<string, long> Write(
        string path, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>?> changes, string? afterwards,
        CancellationToken cancellation)
    {
        using var source = Open(folder.Database, SqliteOpenMode.ReadWrite);
        var schema = Rows(source, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
        using var copy = Open(path, SqliteOpenMode.ReadWrite);
        // If the copying stops, the file is deleted. So it needs neither a journal nor syncs before the last one.
        Execute(copy, $"PRAGMA page_size={Number(source, "PRAGMA page_size")}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
        var tables = schema.FindAll(entry => entry is ["table", ..]);
        foreach (var table in tables)
            Execute(copy, table[2]);
        copy.Close();

        var counts = Fill(source, path, tables.ConvertAll(table => table[1]), changes, cancellation);

        copy.Open();
        Execute(copy, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;");
        foreach (var index in schema.Where(entry => entry is ["index", ..]))
            Execute(copy, index[2]);
        if (afterwards is not null)
            Execute(copy, afterwards);
        copy.Close();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        return counts;
    }

    private static Dictionary<string, long> Fill(
        SqliteConnection source, string path, List<string> tables,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>?> changes, CancellationToken cancellation)
    {
        using (var attach = source.CreateCommand())
        {
            attach.CommandText = "PRAGMA foreign_keys=OFF; ATTACH DATABASE $path AS copy; PRAGMA copy.journal_mode=OFF; "
                + "PRAGMA copy.synchronous=OFF;";
            attach.Parameters.AddWithValue("$path", path);
            attach.ExecuteNonQuery();
        }
        using var stop = cancellation.Register(() => raw.sqlite3_interrupt(source.Handle));
        Execute(source, "BEGIN");
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            cancellation.ThrowIfCancellationRequested();
            var isChanged = changes.TryGetValue(table, out var values);
            counts[table] = isChanged && values is null ? 0 : Execute(
                source, $"INSERT INTO copy.\"{table}\" SELECT {Columns(source, table, values)} FROM main.\"{table}\"");
        }
        Execute(source, "COMMIT; DETACH DATABASE copy;");
        return counts;
    }

    private static string Columns(SqliteConnection source, string table, IReadOnlyDictionary<string, string>? values) =>
        values is null ? "*" : string.Join(", ", Rows(source, $"SELECT name FROM pragma_table_info('{table}') ORDER BY cid")
            .Select(column => values.GetValueOrDefault(column[0]) ?? $"\"{column[0]}\""));

    /// <summary>Checks a file that may hold a copy. Changes no row in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What its user calls it.</param>
    /// <exception cref="InvalidDataException">The file is no database of this program, or is damaged. The message says how.</exception>
    internal static CopyFacts Check(string path, string name)
    {
        try
        {
            using var copy = Open(path, SqliteOpenMode.ReadWrite); // a copy that another tool made may need a log to be read
            Execute(copy, "PRAGMA journal_mode=DELETE");
            var faults = Rows(copy, "PRAGMA integrity_check(1)");
            if (faults is not [["ok"]])
                throw new InvalidDataException($"{name} is damaged: {faults[0][0]}");
            var tables = Rows(copy, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
            return new CopyFacts(
                tables.ToDictionary(
                    table => table[0], table => Number(copy, $"SELECT count(*) FROM \"{table[0]}\""), StringComparer.Ordinal),
                [.. Rows(copy, "SELECT MigrationId FROM __EFMigrationsHistory").Select(row => row[0])],
                [.. Rows(copy, "SELECT RootId, hex(Box) FROM KeyChecks").Select(row => (
                    uint.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture), Convert.FromHexString(row[1])))]);
        }
        catch (SqliteException fault)
        {
            throw new InvalidDataException($"{name} is no database of OneTimeSecret, or is damaged: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Puts a checked file, which is in the data folder, in the place of the database. What the old database has in its log is moved into
    /// it first, because the log would be applied to the new database.
    /// </summary>
    /// <exception cref="IOException">Another process uses the database.</exception>
    internal void Replace(string path)
    {
        if (File.Exists(folder.Database + "-wal"))
            try
            {
                using var old = Open(folder.Database, SqliteOpenMode.ReadWrite);
                if (Rows(old, "PRAGMA journal_mode=DELETE", seconds: 2) is not [["delete"]])
                    throw new IOException($"Another process uses the database {folder.Database}. Stop it. Nothing was changed.");
            }
            catch (SqliteException fault) when (fault.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
            {
                throw new IOException($"Another process uses the database {folder.Database}. Stop it. Nothing was changed.", fault);
            }
            catch (SqliteException)
            {
                // The old database is damaged, so nothing is lost with its log.
            }
        foreach (var rest in new[] { "-wal", "-shm", "-journal" })
            File.Delete(folder.Database + rest);
        File.Move(path, folder.Database, overwrite: true);
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static int Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = statements;
        return command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string query) =>
        long.Parse(Rows(connection, query)[0][0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads rows as text. Waits that many seconds while another process holds a lock, or without end (0).</summary>
    private static List<string[]> Rows(SqliteConnection connection, string query, int seconds = 0)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = seconds;
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }
}

/// <summary>What a copy of the database holds.</summary>
/// <param name="Rows">The number of rows of each table.</param>
/// <param name="Migrations">The migrations that were applied to it.</param>
/// <param name="KeyChecks">The proofs that a key ring belongs to it: id of the root, box.</param>
internal sealed record CopyFacts(
    IReadOnlyDictionary<string, long> Rows, IReadOnlyList<string> Migrations, IReadOnlyList<(uint Root, byte[] Box)> KeyChecks);
