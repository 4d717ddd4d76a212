using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Tests.Logging;

namespace OneTimeSecret.Tests;

public sealed class OpenDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;

    private string Ring => Path.Combine(_folder, "keyring");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Server_does_not_start_without_its_key_ring_names_the_root_and_creates_no_new_key_ring()
    {
        var root = await Fill();
        File.Delete(Ring);
        var refusal = await Assert.ThrowsAsync<KeyRingException>(Start);
        Assert.Contains(root, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Ring, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Ring));
    }

    [Fact]
    public async Task Applied_migrations_are_logged_once()
    {
        for (var start = 1; start <= 2; start++)
        {
            using var log = new CapturedLog();
            await using (await RunningServer.Start(_folder, log.Attach))
            {
            }
            Assert.Equal(start == 1, log.Lines.Any(line => line.Contains("_Initial", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("root")]
    public async Task Server_does_not_start_with_a_changed_key_and_names_the_root(string kind)
    {
        var root = await Fill();
        var lines = await File.ReadAllLinesAsync(Ring);
        var at = Array.FindIndex(lines, line => line.StartsWith(kind, StringComparison.Ordinal));
        var key = Convert.FromBase64String(lines[at].Split(' ')[^1]);
        key[0] ^= 1;
        lines[at] = $"{lines[at][..lines[at].LastIndexOf(' ')]} {Convert.ToBase64String(key)}";
        await File.WriteAllLinesAsync(Ring, lines);
        Assert.Contains(root, (await Assert.ThrowsAsync<KeyRingException>(Start)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_does_not_start_with_the_key_ring_of_another_database_and_names_the_missing_root()
    {
        var root = await Fill();
        File.Delete(Ring);
        new KeyRingFile(Ring).Create();
        Assert.Contains(root, (await Assert.ThrowsAsync<KeyRingException>(Start)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_starts_with_a_root_that_the_database_does_not_know_yet()
    {
        await Fill();
        new KeyRingFile(Ring).AddRoot(); // as if a rotation was interrupted here
        await using (await Start())
        {
        }
        await using var again = await Start();
        Assert.Equal(2, again.Get<KeyRing>().Roots.Count);
    }

    [Theory]
    [InlineData("INSERT INTO DataProtectionKeys (Id, Box) VALUES ('key-of-eve', CAST('<key id=\"1\"/>' AS BLOB))")]
    [InlineData("UPDATE DataProtectionKeys SET Id = 'another'")]
    [InlineData("UPDATE DataProtectionKeys SET Box = (SELECT Box FROM KeyChecks)")]
    public async Task Server_does_not_start_with_a_cookie_key_that_is_not_sealed_or_was_moved(string change)
    {
        await Fill();
        await Execute(change);
        await Assert.ThrowsAsync<KeyRingException>(Start);
    }

    [Fact]
    public async Task Database_of_a_newer_version_is_refused_and_not_changed()
    {
        await Fill();
        await Execute("INSERT INTO __EFMigrationsHistory (MigrationId, ProductVersion) VALUES ('29991231000000_Later', '99.0')");
        var file = Path.Combine(_folder, "onetimesecret.db");
        var before = await File.ReadAllBytesAsync(file);
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(Start);
        Assert.StartsWith(
            $"A newer version of OneTimeSecret created the database {file}: "
            + "this version does not know its migration 29991231000000_Later. ",
            refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    private Task<RunningServer> Start() => RunningServer.Start(_folder, adjust: null);

    /// <summary>Creates the database with a secret and a cookie key, and returns the name of its root.</summary>
    private async Task<string> Fill()
    {
        await using var server = await Start();
        await server.Conceal("value");
        return KeyRingFile.Name(server.Get<KeyRing>().CurrentRoot);
    }

    private async Task Execute(string statements)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "onetimesecret.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statements;
        await command.ExecuteNonQueryAsync();
    }
}
