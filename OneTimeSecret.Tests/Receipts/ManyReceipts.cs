using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Crypto;

namespace OneTimeSecret.Tests.Receipts;

/// <summary>Writes many receipts of past secrets directly into the table, with the times and states that a test wants.</summary>
internal static class ManyReceipts
{
    public static async Task Write(this RunningServer server, SignedIn owner, IEnumerable<Row> rows)
    {
        var ring = server.Get<KeyRing>();
        await using var db = server.Database();
        await db.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        await using var transaction = connection.BeginTransaction();
        await using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO Receipts (Id, OwnerId, Adopted, Kind, State, Created, Updated, Ttl, SecretExpires, Expires, HasPassphrase,
                Recipients, RecipientHash, ShareDomain, SealedMetadataKey)
            VALUES (@id, @owner, 0, 0, @state, @created, @created, @ttl, @ends, @expires, 0, @recipients, @hash, '', @key)
            """;
        foreach (var name in new[] { "@id", "@owner", "@state", "@created", "@ttl", "@ends", "@expires", "@recipients", "@hash", "@key" })
            insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        foreach (var row in rows)
        {
            var key = MetadataKey.New();
            var address = row.Recipient is null ? null : EmailAddress.Parse(row.Recipient)!;
            object[] values =
            [
                key.Id, owner.Id, (int)row.State, Milliseconds(row.Created), row.Ttl, Milliseconds(row.Created.AddSeconds(row.Ttl)),
                Milliseconds(row.Created.AddSeconds(2 * row.Ttl)),
                JsonSerializer.Serialize<string[]>(address is null ? [] : [address.Obfuscated]),
                address?.Hash(ring) ?? (object)DBNull.Value,
                ring.Seal(StoredReceipt.MetadataKeyPlaceOf(key.Id, owner.Id), key.Material().Bytes()),
            ];
            for (var i = 0; i < values.Length; i++)
                insert.Parameters[i].Value = values[i];
            await insert.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
    }

    /// <summary>Rows in every state and to several recipients. They have only a few different times, so that most share one.</summary>
    public static IEnumerable<Row> Mixed(this RunningServer server, int count)
    {
        var now = server.Clock.GetUtcNow();
        for (var i = 0; i < count; i++)
            yield return new Row(
                now.AddSeconds(-RandomNumberGenerator.GetInt32(4)), 604_800 + RandomNumberGenerator.GetInt32(3),
                (ReceiptState)RandomNumberGenerator.GetInt32(4),
                (i % 4) switch { 0 => "anna@example.com", 1 => "bob@example.com", _ => null });
    }

    /// <summary>The stored receipts of an account, from which a test computes the list that it expects.</summary>
    public static async Task<List<StoredReceipt>> Rows(this RunningServer server, SignedIn owner)
    {
        await using var db = server.Database();
        return await db.Receipts.AsNoTracking().Where(r => r.OwnerId == owner.Id).ToListAsync();
    }

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    internal sealed record Row(DateTimeOffset Created, int Ttl, ReceiptState State, string? Recipient = null);
}
