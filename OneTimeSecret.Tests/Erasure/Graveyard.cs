using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage.Sqlite;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>
/// Creates and deletes many secrets in a server's database. Bulk statements insert them. Claims and the purge delete them, in turns.
/// Remembers every deleted box: that of the secret, and that of the sealed key in its receipt.
/// </summary>
internal sealed class Graveyard(RunningServer server)
{
    private const int Round = 1000;
    private const int ClaimEvery = 5;
    private const int PieceEvery = 64;

    private readonly List<(byte[] Id, byte[] Receipt)> _living = [];

    /// <summary>Mark and nonce of the deleted boxes, in hexadecimal.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Eight bytes out of every 64 of the deleted boxes. They identify torn pieces without a mark.</summary>
    public HashSet<ulong> Pieces { get; } = [];

    public int Dead { get; private set; }

    /// <summary>Makes a server run without <c>secure_delete</c>.</summary>
    public static void WithoutSecureDelete(WebApplicationBuilder builder) => builder.Services.ConfigureDbContext<SqliteOtsDbContext>(
        options => options.AddInterceptors(new SecureDeleteOff()));

    /// <summary>Deletes <paramref name="dead"/> secrets, in rounds. The secrets of one round stay alive.</summary>
    public async Task Fill(int dead)
    {
        await Insert();
        while (Dead < dead)
        {
            server.Clock.Advance(TimeSpan.FromSeconds(60));
            await Insert();
            var dying = _living[..Round];
            _living.RemoveRange(0, Round);
            await Parallel.ForEachAsync(
                dying.Where((_, i) => i % ClaimEvery == 0).Select((secret, i) => (secret, i)),
                new ParallelOptions { MaxDegreeOfParallelism = 128 },
                async (one, _) =>
                {
                    var end = one.i % 2 == 0 ? ReceiptState.Received : ReceiptState.Burned;
                    Assert.IsType<ClaimOutcome.Claimed>(await server.Claim(one.secret.Id, one.secret.Receipt, end));
                });
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            var (purged, _) = await server.Get<PurgeExpired>().Run(CancellationToken.None);
            Assert.Equal(dying.Count - (dying.Count / ClaimEvery), purged);
            Dead += dying.Count;
        }
    }

    /// <summary>Inserts a thousand secrets. All but those to claim expire in the next round, where the purge deletes them.</summary>
    private async Task Insert()
    {
        var now = server.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = server.Database();
        await db.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        await using var transaction = connection.BeginTransaction();
        await using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO Secrets (Id, ReceiptId, Box, Expires) VALUES (@id, @receipt, @box, @ends);
            INSERT INTO Receipts (Id, Kind, State, Created, Updated, Ttl, SecretExpires, Expires, HasPassphrase, Recipients, ShareDomain,
                SealedSecretKey)
            VALUES (@receipt, 0, 0, @now, @now, 60, @ends, @now + 172800000, 0, '[]', '', @key);
            """;
        foreach (var name in new[] { "@id", "@receipt", "@box", "@ends", "@now", "@key" })
            insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        for (var i = 0; i < Round; i++)
        {
            var (id, receipt) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
            var (box, key) = (NewBox(Size()), NewBox(31));
            object[] values = [id, receipt, box, now + (i % ClaimEvery == 0 ? 86_400_000 : 61_000), now, key];
            for (var j = 0; j < values.Length; j++)
                insert.Parameters[j].Value = values[j];
            await insert.ExecuteNonQueryAsync();
            Remember(box);
            Remember(key);
            _living.Add((id, receipt));
        }
        await transaction.CommitAsync();
    }

    /// <summary>Sizes like those of real secrets: most are short, some are up to the limit.</summary>
    private static int Size() =>
        RandomNumberGenerator.GetInt32(10) == 0 ? RandomNumberGenerator.GetInt32(1, 10_001) : RandomNumberGenerator.GetInt32(1, 400);

    private static byte[] NewBox(int size)
    {
        var box = RandomNumberGenerator.GetBytes(Box.Overhead + size);
        Box.Mark.CopyTo(box);
        return box;
    }

    /// <summary>Adds <paramref name="box"/> to those that tests search for, until <see cref="ForgetLiving"/> removes it.</summary>
    public void Remember(byte[] box)
    {
        Names.Add(Convert.ToHexString(box.AsSpan(0, Box.NameLength)));
        for (var at = Box.Mark.Length; at + sizeof(ulong) <= box.Length; at += PieceEvery)
            Pieces.Add(BitConverter.ToUInt64(box, at));
    }

    /// <summary>Takes the boxes whose rows still exist out of those that tests search for.</summary>
    public async Task ForgetLiving()
    {
        await using var db = server.Database();
        var boxes = await db.Secrets.Select(s => s.Box).ToListAsync();
        boxes.AddRange((await db.Receipts.Where(r => r.SealedSecretKey != null).Select(r => r.SealedSecretKey).ToListAsync())!);
        foreach (var box in boxes)
        {
            Names.Remove(Convert.ToHexString(box.AsSpan(0, Box.NameLength)));
            for (var at = Box.Mark.Length; at + sizeof(ulong) <= box.Length; at += PieceEvery)
                Pieces.Remove(BitConverter.ToUInt64(box, at));
        }
    }

    private sealed class SecureDeleteOff : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA secure_delete=OFF";
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
