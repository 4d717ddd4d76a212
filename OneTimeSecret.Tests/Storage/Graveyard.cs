using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

/// <summary>
/// Lets secrets live and die in a server's database: bulk inserts through its own contexts, deaths by the claim of reveal and burn
/// and by the purge, in turns. Remembers every box that was destroyed: a secret's, and the sealed key in its receipt.
/// </summary>
internal sealed class Graveyard(RunningServer server)
{
    private const int Round = 1000;
    private const int PieceEvery = 64;

    private readonly List<StoredSecret> _living = [];

    /// <summary>Mark and nonce of the dead boxes, in hexadecimal.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Eight bytes out of every 64 of the dead boxes: torn pieces without a mark are known by these.</summary>
    public HashSet<ulong> Pieces { get; } = [];

    public int Dead { get; private set; }

    /// <summary>What a server is without <c>secure_delete</c>.</summary>
    public static void WithoutSecureDelete(WebApplicationBuilder builder) => builder.Services.ConfigureDbContext<SqliteOtsDbContext>(
        options => options.AddInterceptors(new SecureDeleteOff()));

    /// <summary>Goes on until <paramref name="dead"/> have died; as many as live in one round stay alive.</summary>
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
                dying.Where((_, i) => i % 3 != 0).Select((secret, i) => (secret, i)), new ParallelOptions { MaxDegreeOfParallelism = 128 },
                async (one, _) =>
                {
                    var end = one.i % 2 == 0 ? ReceiptState.Received : ReceiptState.Burned;
                    Assert.IsType<ClaimOutcome.Claimed>(await server.Claim(one.secret.Id, one.secret.ReceiptId, end));
                });
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            var (purged, _) = await server.Get<PurgeExpired>().Run(CancellationToken.None);
            Assert.Equal(dying.Count - (dying.Count * 2 / 3), purged);
            Dead += dying.Count;
        }
    }

    /// <summary>A thousand more, every third of which the purge will find in the next round.</summary>
    private async Task Insert()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(server.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        await using var db = server.Database();
        for (var i = 0; i < Round; i++)
        {
            var secret = new StoredSecret
            {
                Id = RandomNumberGenerator.GetBytes(32), ReceiptId = RandomNumberGenerator.GetBytes(32), Box = NewBox(Size()),
                Expires = now.AddSeconds(i % 3 == 0 ? 61 : 86_400),
            };
            var receipt = new StoredReceipt
            {
                Id = secret.ReceiptId, OwnerId = null, Kind = SecretKind.Shared, State = ReceiptState.New, Created = now, Updated = now,
                Ttl = 60, SecretExpires = secret.Expires, Expires = now.AddSeconds(172_800), HasPassphrase = false, Recipients = [],
                ShareDomain = "", SealedSecretKey = NewBox(31),
            };
            Remember(secret.Box);
            Remember(receipt.SealedSecretKey);
            _living.Add(secret);
            db.AddRange(secret, receipt);
        }
        await db.SaveChangesAsync();
    }

    /// <summary>As real ones are: most are short, some are as long as is allowed.</summary>
    private static int Size() =>
        RandomNumberGenerator.GetInt32(10) == 0 ? RandomNumberGenerator.GetInt32(1, 10_001) : RandomNumberGenerator.GetInt32(1, 400);

    private static byte[] NewBox(int size)
    {
        var box = RandomNumberGenerator.GetBytes(Box.Overhead + size);
        Box.Mark.CopyTo(box);
        return box;
    }

    /// <summary>Looks for <paramref name="box"/> too, unless it lives in the end.</summary>
    public void Remember(byte[] box)
    {
        Names.Add(Convert.ToHexString(box.AsSpan(0, Box.NameLength)));
        for (var at = Box.Mark.Length; at + sizeof(ulong) <= box.Length; at += PieceEvery)
            Pieces.Add(BitConverter.ToUInt64(box, at));
    }

    /// <summary>Takes the boxes that still live out of those that are looked for.</summary>
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
