using Microsoft.Data.Sqlite;

namespace OneTimeSecret.Tests.Storage;

/// <summary>Holds SQLite's write lock, as another process could. Nobody else can write until it is disposed.</summary>
internal sealed class WriteLock : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    public WriteLock(RunningServer server)
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(server.Folder, "onetimesecret.db")};Pooling=False");
        _connection.Open();
        Execute("BEGIN IMMEDIATE");
    }

    public async ValueTask DisposeAsync()
    {
        Execute("ROLLBACK");
        await _connection.DisposeAsync();
    }

    private void Execute(string statement)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
