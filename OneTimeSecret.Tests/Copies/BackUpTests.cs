using Microsoft.Data.Sqlite;
using OneTimeSecret.Core.Copies;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Copies;

/// <summary>A copy of the database is consistent, private, and holds only what was asked for.</summary>
public sealed class BackUpTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ots-test-").FullName;

    private string File => Path.Combine(_folder, "copy.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Copy_holds_accounts_and_receipts_and_neither_secrets_nor_links_nor_mails_nor_keys_unless_asked()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var owner = await server.SignedIn(People.Email);
        await server.Mail(owner, "recipient@example.com");
        await Back(server, new BackupContent(Secrets: false, KeyRing: false));
        Assert.Equal((0L, 0L, 1L, 1L), (Count("Secrets"), Count("Outbox"), Count("Receipts"), Count("AspNetUsers")));
        Assert.Equal(0L, Count("Receipts WHERE SealedSecretKey IS NOT NULL OR State <> 4"));
        Assert.Equal(0L, Number("SELECT sum(Secrets) + sum(Bytes) FROM DayCounts"));
        Assert.Equal([File], Directory.EnumerateFiles(_folder), StringComparer.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task Copy_with_secrets_and_keys_holds_every_row_and_every_key_and_none_that_was_deleted()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        var box = await Box(server, key.Id);
        var (gone, _) = await server.Conceal(new string('x', 5000));
        var goneBox = await Box(server, gone.Id);
        await server.TryReveal(gone);
        await Back(server, new BackupContent(Secrets: true, KeyRing: true));
        Assert.Equal((1L, 2L), (Count("Secrets"), Count("Receipts")));
        Assert.Equal(1L, Count("Receipts WHERE State = 0"));
        Assert.Equal(1L, Number("SELECT sum(Secrets) FROM DayCounts"));
        Assert.Equal(
            await System.IO.File.ReadAllBytesAsync(server.Get<DataFolder>().KeyRing.Path),
            await System.IO.File.ReadAllBytesAsync(File + BackUp.RingSuffix));
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        Assert.True(bytes.AsSpan().IndexOf(box) >= 0);
        Assert.True(bytes.AsSpan().IndexOf(goneBox.AsSpan(0, 200)) < 0);
        Assert.NotNull(metadata);
        new KeyRingFile(File + BackUp.RingSuffix).EnsurePrivate();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Copy_holds_no_answer_that_is_kept_for_a_repeated_request(bool secrets)
    {
        await using var server = await RunningServer.Start("--Secrets:RetrySeconds=60");
        var (key, mine) = ((await server.Conceal("value")).Key, Verbs.Proof());
        Assert.Equal("value", (await server.TryRevealWith(key, mine)).Value());
        byte[] box;
        await using (var db = server.Database())
            box = db.KeptAnswers.Single().Box;
        await Back(server, new BackupContent(secrets, KeyRing: false));
        Assert.Equal(0L, Count("KeptAnswers"));
        Assert.True((await System.IO.File.ReadAllBytesAsync(File)).AsSpan().IndexOf(box.AsSpan(0, 40)) < 0);
        Assert.Equal("value", (await server.TryRevealWith(key, mine)).Value());
    }

    [Fact]
    public async Task Copy_is_of_one_moment_while_the_server_creates_and_reveals()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        using var over = new CancellationTokenSource();
        var working = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await server.TryReveal((await server.Conceal(new string('x', 3000))).Key);
        });
        for (var i = 0; i < 10; i++)
        {
            System.IO.File.Delete(File);
            await Back(server, new BackupContent(Secrets: true, KeyRing: false));
            // A receipt is new if, and only if, its secret is there; and the counts agree.
            Assert.Equal(0L, Count("Receipts AS r WHERE (State = 0) <> EXISTS (SELECT 1 FROM Secrets AS s WHERE s.ReceiptId = r.Id)"));
            Assert.Equal(Count("Secrets"), Number("SELECT coalesce(sum(Secrets), 0) FROM DayCounts"));
        }
        await over.CancelAsync();
        await working;
    }

    [Fact]
    public async Task Existing_file_is_not_replaced_and_a_copy_that_is_stopped_leaves_no_file()
    {
        await using var server = await RunningServer.Start();
        await System.IO.File.WriteAllTextAsync(File, "mine");
        await Assert.ThrowsAsync<IOException>(() => Back(server, new BackupContent(false, false)));
        Assert.Equal("mine", await System.IO.File.ReadAllTextAsync(File));
        System.IO.File.Delete(File);

        await System.IO.File.WriteAllTextAsync(File + BackUp.PartSuffix, "of a process that was killed");
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => server.Get<BackUp>().Run(File, new BackupContent(false, false), _ => { }, stopped.Token));
        Assert.Empty(Directory.EnumerateFiles(_folder));

        await Assert.ThrowsAsync<IOException>(() => server.Get<BackUp>().Run(
            Path.Combine(_folder, "nowhere", "copy.db"), new BackupContent(false, false), _ => { }, CancellationToken.None));
    }

    private Task<long> Back(RunningServer server, BackupContent wanted) =>
        server.Get<BackUp>().Run(File, wanted, _ => { }, CancellationToken.None);

    private static async Task<byte[]> Box(RunningServer server, byte[] id)
    {
        await using var db = server.Database();
        return (await db.FindAsync<Core.Vault.StoredSecret>(id))!.Box;
    }

    private long Count(string rows) => Number($"SELECT count(*) FROM {rows}");

    private long Number(string query)
    {
        using var connection = new SqliteConnection($"Data Source={File};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }
}
