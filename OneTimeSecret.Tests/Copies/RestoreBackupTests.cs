using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Web;

namespace OneTimeSecret.Tests.Copies;

/// <summary>A copy is put in place as a whole, or nothing is changed.</summary>
public sealed class RestoreBackupTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private (Core.Crypto.SecretKey Key, Core.Crypto.MetadataKey Metadata) _unread, _revealed;

    private string Copy => Path.Combine(_folder.Path, "copy.db");

    public async ValueTask InitializeAsync()
    {
        await _folder.Make();
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        (_unread, _revealed) = (await server.Conceal("unread"), await server.Conceal("revealed"));
        Assert.Equal(0, (await _folder.Run("backup", Copy, "--with-secrets", "--with-keys")).Code);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Copy_is_restored_into_an_empty_folder_with_its_key_ring_and_must_be_accepted_there()
    {
        var there = Path.Combine(_folder.Path, "there");
        var ran = await InProcess.Run(["restore", Copy, "--data", there]);
        Assert.Equal(Path.Combine(there, "onetimesecret.db"), ran.Result);
        Assert.Contains("`restore accept --revive`", ran.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await InProcess.Run(["restore", "accept", "--revive", "--data", there])).Code);
        await using var server = await RunningServer.Start(there, adjust: null);
        Assert.Equal("unread", (await server.TryReveal(_unread.Key)).Value());
    }

    [Fact]
    public async Task Copy_by_a_version_without_generations_must_be_accepted_because_nobody_knows_what_happened_since()
    {
        Execute("DELETE FROM Generations");
        var ran = await InProcess.Run(["restore", Copy, "--data", Path.Combine(_folder.Path, "there")]);
        Assert.Contains("`restore accept --revive`", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_replaces_an_existing_database_only_when_asked_and_what_was_revealed_since_stays_revealed()
    {
        await Reveal();
        Assert.Contains("--replace", (await _folder.Run("restore", Copy)).Refusal, StringComparison.Ordinal);
        var ran = await _folder.Run("restore", Copy, "--replace");
        Assert.Contains("is an older copy", ran.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await _folder.Run("restore", "accept")).Code);
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        Assert.Null((await server.TryReveal(_revealed.Key)).Value());
        Assert.Equal(ReceiptState.Orphaned, (await server.Receipt(_revealed.Metadata)).State);
    }

    [Fact]
    public async Task Copy_of_a_database_in_which_nothing_was_claimed_since_is_served_at_once()
    {
        var ran = await _folder.Run("restore", Copy, "--replace");
        Assert.Contains("so it can be served", ran.Error, StringComparison.Ordinal);
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        Assert.Equal("unread", (await server.TryReveal(_unread.Key)).Value());
    }

    [Fact]
    public async Task Restored_copy_without_secrets_says_that_they_were_lost()
    {
        File.Delete(Copy);
        Assert.Equal(0, (await _folder.Run("backup", Copy)).Code);
        Assert.Equal(0, (await _folder.Run("restore", Copy, "--replace")).Code);
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        Assert.Null((await server.TryReveal(_unread.Key)).Value());
        Assert.Equal(ReceiptState.Orphaned, (await server.Receipt(_unread.Metadata)).State);
    }

    [Theory]
    [InlineData("damaged", "is damaged"), InlineData("other", "is no database"), InlineData("ring", "The key ring")]
    [InlineData("newer", "newer"), InlineData("gone", "There is no file"), InlineData("unfinished", "no finished copy")]
    public async Task Copy_that_cannot_be_used_changes_nothing(string fault, string refusal)
    {
        switch (fault)
        {
            case "damaged":
                await using (var file = new FileStream(Copy, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.Position = file.Length - 4096;
                    file.Write(Enumerable.Repeat((byte)0xEE, 4096).ToArray());
                }
                break;
            case "other":
                await File.WriteAllTextAsync(Copy, "something else, and rather long, so that it is no empty database");
                break;
            case "ring":
                File.Delete(_folder.File("keyring"));
                new KeyRingFile(_folder.File("keyring")).Create();
                break;
            case "newer":
                Execute("INSERT INTO __EFMigrationsHistory (MigrationId, ProductVersion) VALUES ('29991231000000_Later', '99.0')");
                break;
            case "gone":
                File.Delete(Copy);
                break;
            default:
                await File.WriteAllTextAsync(Copy + "-wal", "");
                break;
        }
        var before = await File.ReadAllBytesAsync(_folder.File("onetimesecret.db"));
        var refused = (await _folder.Run("restore", Copy, "--replace")).Refusal;
        Assert.Contains(refusal, refused, StringComparison.Ordinal);
        Assert.DoesNotContain(".part", refused, StringComparison.Ordinal); // the operator knows another name
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.File("onetimesecret.db")));
        Assert.Empty(Directory.EnumerateFiles(_folder.Data, "*.part*"));
    }

    [Fact]
    public async Task Interrupted_restore_is_no_empty_server_and_a_running_server_is_not_replaced()
    {
        var there = Path.Combine(_folder.Path, "there");
        Directory.CreateDirectory(there);
        await File.WriteAllTextAsync(Path.Combine(there, "restored.part"), "half of it");
        string[] settings = [$"--Storage:Data={there}", "--environment=Production"];
        var interrupted = await Assert.ThrowsAsync<IOException>(() => Server.Open(settings, serves: true));
        Assert.Contains("was interrupted", interrupted.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await InProcess.Run(["restore", Copy, "--data", there])).Code);

        await using (await Server.Open([$"--Storage:Data={_folder.Data}", "--environment=Production"], serves: true))
            Assert.Contains("Another server", (await _folder.Run("restore", Copy, "--replace")).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_with_a_write_ahead_log_of_a_killed_server_is_replaced_as_a_whole()
    {
        // The log is copied aside while the server runs, as a kill leaves it.
        await using (var server = await RunningServer.Start(_folder.Data, adjust: null))
        {
            await server.Conceal("in the log only");
            File.Copy(_folder.File("onetimesecret.db"), _folder.File("db"));
            File.Copy(_folder.File("onetimesecret.db-wal"), _folder.File("wal"));
        }
        File.Move(_folder.File("db"), _folder.File("onetimesecret.db"), overwrite: true);
        File.Move(_folder.File("wal"), _folder.File("onetimesecret.db-wal"), overwrite: true);
        Assert.Equal(0, (await _folder.Run("restore", Copy, "--replace")).Code);
        await using var again = await RunningServer.Start(_folder.Data, adjust: null);
        await using var db = again.Database();
        Assert.Equal(2, db.Secrets.Count());
        Assert.Equal("unread", (await again.TryReveal(_unread.Key)).Value());
    }

    [Fact]
    public async Task A_server_that_shares_its_folder_and_a_program_that_reads_the_database_prevent_a_restore()
    {
        string[] settings = [$"--Storage:Data={_folder.Data}", "--Storage:Shared=true", "--environment=Production"];
        await using (await Server.Open(settings, serves: true))
        {
            var ran = await _folder.Run("restore", Copy, "--replace", "--Storage:Shared=true");
            Assert.Contains("Another server", ran.Refusal, StringComparison.Ordinal);
        }
        await using var reader = new SqliteConnection($"Data Source={_folder.File("onetimesecret.db")};Pooling=False");
        await reader.OpenAsync();
        await using var command = new SqliteCommand("SELECT count(*) FROM Secrets", reader);
        await command.ExecuteScalarAsync();
        Assert.Contains("Another process", (await _folder.Run("restore", Copy, "--replace")).Refusal, StringComparison.Ordinal);
        Assert.Equal(2L, await command.ExecuteScalarAsync());
    }

    private async Task Reveal()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        Assert.Equal("revealed", (await server.TryReveal(_revealed.Key)).Value());
    }

    private void Execute(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Copy};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
