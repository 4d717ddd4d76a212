using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Web;

namespace OneTimeSecret.Tests;

/// <summary>
/// The database of a new installation, migrated once per process and copied into the data folder of every test's server. Applying all
/// migrations costs more than the rest of a server's start. Each server still creates its own key ring.
/// </summary>
internal static class MigratedDatabase
{
    private const string Name = "onetimesecret.db";

    private static readonly Lazy<Task<byte[]>> Bytes = new(Make);

    /// <summary>Writes the database into a folder that has none.</summary>
    public static async Task CopyTo(string folder)
    {
        await using var file = new FileStream(Path.Combine(folder, Name), PrivateFile.NewOnly);
        await file.WriteAsync(await Bytes.Value);
    }

    private static async Task<byte[]> Make()
    {
        var folder = Directory.CreateTempSubdirectory("ots-test-");
        try
        {
            // Only opened and not started, because a start writes rows that only this key ring opens.
            await using (await Server.Open([$"--Storage:Data={folder.FullName}", "--environment=Production"]))
            {
            }
            var path = Path.Combine(folder.FullName, Name);
            await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                // Without a key check, the next start creates its own key ring, and without a generation its own file. secure_delete
                // overwrites the deleted check.
                command.CommandText =
                    "PRAGMA secure_delete=ON; DELETE FROM KeyChecks; DELETE FROM Generations; PRAGMA wal_checkpoint(TRUNCATE);";
                await command.ExecuteNonQueryAsync();
            }
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
