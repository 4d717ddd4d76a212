using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Erasure;

/// <summary>Revealed, burned and expired secrets are gone from the files, not only from the table.</summary>
public sealed class EraseDeletedTests
{
    [Fact]
    public async Task Boxes_of_100_000_deleted_secrets_do_not_remain_in_the_files()
    {
        await using var server = await RunningServer.Start();
        var dead = await Bury(server, 100_000);

        // The log is truncated and the deleted rows are overwritten. Only a few torn pieces may be left for a scrub.
        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));
        var files = RawFiles.In(server.Folder);
        Assert.InRange(files.BoxNames().Count(dead.Names.Contains), 0, 10);
        Assert.InRange(files.Count(dead.Pieces), 0, 100);

        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: true, CancellationToken.None));
        files = RawFiles.In(server.Folder);
        Assert.DoesNotContain(files.BoxNames(), dead.Names.Contains);
        Assert.Equal(0, files.Count(dead.Pieces));
        await using var db = server.Database();
        var living = await db.Secrets.Select(s => s.Box).ToListAsync();
        Assert.NotEmpty(living);
        Assert.All(living, box => Assert.Contains(Name(box), files.BoxNames())); // the scan finds boxes that are there
    }

    /// <summary>Proves that the scan works: the same deletions on a server that differs only in this setting.</summary>
    [Fact]
    public async Task Without_secure_delete_the_same_scan_finds_thousands_of_boxes()
    {
        await using var server = await RunningServer.Start(null, Graveyard.WithoutSecureDelete);
        var dead = await Bury(server, 10_000);

        Assert.Equal(ErasureOutcome.Complete, await server.Get<EraseDeleted>().Run(scrub: false, CancellationToken.None));
        var files = RawFiles.In(server.Folder);
        Assert.InRange(files.BoxNames().Count(dead.Names.Contains), 1000, int.MaxValue);
        Assert.InRange(files.Count(dead.Pieces), 1000, int.MaxValue);
    }

    [Fact]
    public async Task Values_passphrases_and_keys_are_never_in_the_files()
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

    /// <summary>Creates and destroys secrets: a hundred by the verbs, the others by the statements that the verbs end in.</summary>
    private static async Task<Graveyard> Bury(RunningServer server, int dead)
    {
        var graveyard = new Graveyard(server);
        for (var i = 0; i < 100; i++)
        {
            var (key, metadata) = await server.Conceal(new string('x', RandomNumberGenerator.GetInt32(1, 10_001)));
            await using var db = server.Database();
            graveyard.Remember(await db.Secrets.Where(s => s.Id == key.Id).Select(s => s.Box).SingleAsync());
            graveyard.Remember((await db.Receipts.Where(r => r.Id == metadata.Id).Select(r => r.SealedSecretKey).SingleAsync())!);
            if (i % 2 == 0)
                Assert.NotNull((await server.TryReveal(key)).Value());
            else
                Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(metadata));
        }
        await graveyard.Fill(dead);
        await graveyard.ForgetLiving();
        return graveyard;
    }

    private static async Task<string> BoxName(RunningServer server, SecretKey key)
    {
        await using var db = server.Database();
        return Name(await db.Secrets.Where(s => s.Id == key.Id).Select(s => s.Box).SingleAsync());
    }

    private static string Name(byte[] box) => Convert.ToHexString(box.AsSpan(0, Box.NameLength));
}
