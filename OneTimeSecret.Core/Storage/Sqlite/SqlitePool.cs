using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>
/// The connections to the database of this composition. The provider keeps closed ones open for later; when the program ends they are
/// closed for good, and SQLite removes the write-ahead log with the last connection of all processes.
/// </summary>
internal sealed class SqlitePool(DataFolder folder, IOptions<StorageOptions> options) : IDisposable
{
    /// <summary>Opens the database, by which the provider finds the pool too.</summary>
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder
    {
        DataSource = folder.Database,
        // The file is made beforehand with its mode; a database that vanished must not come back empty.
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = options.Value.BusySeconds,
    }.ToString();

    public void Dispose()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }
}
