using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

/// <summary>What was revealed, burned or has expired is gone from the files, not only from the table.</summary>
public sealed class EraseDeletedTests
{
    private const int Dead = 100_000;
    private const int Batch = 1000;
    private const int KeptAlive = 500;

    [Fact]
    public async Task No_box_of_100_000_dead_secrets_stays_in_the_files()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        var dead = await LiveAndDie(server, secureDelete: true);
        for (var i = 0; i < KeptAlive; i++)
            await server.Conceal(new string('y', RandomNumberGenerator.GetInt32(1, 10_001)));

        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None));
        var left = RawFiles.In(server.Folder).BoxNames();
        Assert.DoesNotContain(dead, left.Contains);
        await using var db = server.Database();
        Assert.Equal(KeptAlive, await db.Secrets.CountAsync());
    }

    [Fact]
    public async Task Without_secure_delete_the_same_scan_finds_boxes()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        var dead = await LiveAndDie(server, secureDelete: false);

        var left = RawFiles.In(server.Folder).BoxNames();
        Assert.Contains(dead, left.Contains);
    }

    [Fact]
    public async Task No_value_and_no_key_is_ever_in_the_files()
    {
        await using var server = await RunningServer.Start();
        const string Value = "a value that nobody may find", Passphrase = "a passphrase that nobody may find";
        var (key, metadata) = await server.Conceal(Value, Passphrase);
        AssertNowhere();
        Assert.Null((await server.TryReveal(key, "a wrong passphrase")).Value());
        Assert.Equal(Value, (await server.TryReveal(key, Passphrase)).Value());
        AssertNowhere();

        void AssertNowhere()
        {
            var files = RawFiles.In(server.Folder);
            foreach (var text in (string[])[Value, Passphrase, key.Text, metadata.Text])
                Assert.Empty(files.FormsOf(text));
        }
    }

    [Fact]
    public async Task An_open_reader_delays_erasure_and_is_reported()
    {
        await using var server = await RunningServer.Start("--Storage:BusySeconds=1");
        var (key, _) = await server.Conceal("x");
        var name = await BoxName(server, key);

        await using (var reader = new SqliteConnection($"Data Source={server.Get<DataFolder>().Database};Mode=ReadOnly;Pooling=False"))
        {
            await reader.OpenAsync();
            await using var read = reader.BeginTransaction(deferred: true);
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM Secrets";
            Assert.Equal(1L, await command.ExecuteScalarAsync());
            Assert.Equal("x", (await server.TryReveal(key)).Value());
            Assert.Equal(ErasureOutcome.DelayedByReader, await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));
            Assert.Contains(name, RawFiles.In(server.Folder).BoxNames());
        }

        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None));
        Assert.DoesNotContain(name, RawFiles.In(server.Folder).BoxNames());
    }

    /// <summary>
    /// Rows of 1 to 10 000 bytes come and go through the product's own tables and connections in batches: a third by the claim's
    /// DELETE, a third by the burn's, a third by the purge, with inserts between. Some hundred go through the verbs themselves.
    /// </summary>
    /// <returns>Mark and nonce of every dead box.</returns>
    private static async Task<HashSet<string>> LiveAndDie(RunningServer server, bool secureDelete)
    {
        var dead = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            var (key, metadata) = await server.Conceal(new string('x', RandomNumberGenerator.GetInt32(1, 10_001)));
            dead.Add(await BoxName(server, key));
            if (i % 2 == 0)
                Assert.NotNull((await server.TryReveal(key)).Value());
            else
                Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(metadata));
        }

        var now = server.Clock.GetUtcNow();
        var batches = 0;
        for (var done = dead.Count; done < Dead; done += Batch)
        {
            await using var db = server.Database();
            await db.Database.OpenConnectionAsync();
            if (!secureDelete)
                await db.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=OFF");
            // Every batch leaves the one before it dead: rows of very different sizes move through the same pages.
            var rows = Enumerable.Range(0, Batch).Select(i => Row(now.AddSeconds(i % 3 == 0 ? 60 : 3600))).ToList();
            db.AddRange(rows);
            await db.SaveChangesAsync();
            dead.UnionWith(rows.Select(row => Name(row.Box)));
            var ids = rows.Where(row => row.Expires > now.AddSeconds(60)).Select(row => row.Id).ToList();
            await db.Secrets.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync();
            if (!secureDelete)
                await db.Secrets.ExecuteDeleteAsync();
            await db.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=ON");
            if (++batches % 10 == 0 || done + Batch >= Dead)
            {
                server.Clock.Advance(TimeSpan.FromSeconds(61));
                now = server.Clock.GetUtcNow();
                await server.Get<PurgeExpired>().Run(CancellationToken.None);
            }
        }
        return dead;
    }

    private static StoredSecret Row(DateTimeOffset expires)
    {
        // Sizes as secrets have them: most are short, some are as long as is allowed.
        var longest = RandomNumberGenerator.GetInt32(10) == 0 ? 10_000 : 400;
        var size = RandomNumberGenerator.GetInt32(1, longest + 1);
        var box = RandomNumberGenerator.GetBytes(Box.Overhead + size);
        Box.Mark.CopyTo(box);
        return new StoredSecret
        {
            Id = RandomNumberGenerator.GetBytes(32), ReceiptId = RandomNumberGenerator.GetBytes(32), Box = box, Expires = expires,
        };
    }

    private static async Task<string> BoxName(RunningServer server, SecretKey key)
    {
        await using var db = server.Database();
        return Name(await db.Secrets.Where(s => s.Id == key.Id).Select(s => s.Box).SingleAsync());
    }

    private static string Name(byte[] box) => Convert.ToHexString(box.AsSpan(0, Box.NameLength));
}
