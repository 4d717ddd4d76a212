using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>
/// The connection pool of the database. The provider keeps closed connections open for reuse. Disposing closes them when the program
/// ends. SQLite removes the write-ahead log when the last connection of all processes closes.
/// </summary>
internal sealed class SqlitePool(DataFolder folder, IOptions<StorageOptions> options) : IDisposable
{
    /// <summary>The connection string of the database. The provider also identifies the pool by it.</summary>
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder
    {
        DataSource = folder.Database,
        // Does not create the file: DataFolder creates it with its mode, and a lost database must not reappear empty.
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = options.Value.BusySeconds,
    }.ToString();

    public void Dispose()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }
}
