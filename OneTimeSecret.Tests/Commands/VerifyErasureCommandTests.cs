using Microsoft.Data.Sqlite;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verb that verifies erasure, while a server runs on the same folder.</summary>
public sealed class VerifyErasureCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_exit_code_is_0_for_clean_files_and_2_for_remains_in_the_write_ahead_log()
    {
        await using var server = await _folder.Serve("--Jobs:EraseSeconds=86400"); // one erasure at the start, and no more
        await Verbs.Until(HasErased);
        var key = await Served.Share(server, "the value");
        var clean = await _folder.RunBuilt("verify-erasure");
        Assert.True(clean.Code == 0, clean.Error);
        Assert.Matches(
            """
            ^database: 0 dead boxes, 0 pieces
            write-ahead log: 0 dead boxes, 0 pieces
            journal: 0 dead boxes, 0 pieces
            pages: \d+ in all, \d+ free, 0 dirty
            last erasure ended: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ
            oldest delete since it began: none
            The files contain no remains of deleted secrets.
            $
            """, clean.Output);

        Assert.Equal("the value", await Served.Reveal(server, key));
        await Read(
            "INSERT INTO JobRuns (Id, Job, Started, Result, Count) VALUES ('00000000-0000-0000-0000-000000000001', 'erase', 9e12, 0, 0)");
        var found = await _folder.Run("verify-erasure");
        Assert.Equal(2, found.Code);
        Assert.Contains("\nwrite-ahead log: 2 dead boxes, ", found.Output, Ordinal);
        Assert.Contains(Line(clean.Output, "last erasure ended"), found.Output, Ordinal); // an erasure that has not ended does not count
        Assert.Matches(@"\noldest delete since it began: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ\n", found.Output);
        Assert.Contains("\nThe files contain remains of deleted secrets.", found.Output, Ordinal);
        Assert.DoesNotContain("the value", found.Output + found.Error, Ordinal);
        Assert.DoesNotContain(key, found.Output + found.Error, Ordinal);

        await Read("PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Equal(0, (await _folder.Run("verify-erasure")).Code);
    }

    [Fact]
    public async Task Verification_beside_a_server_that_writes_disturbs_no_write()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null, "--Limits:Enabled=false");
        using var over = new CancellationTokenSource();
        var keys = new List<string>();
        var writing = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                keys.Add((await server.Share(new string('x', 5000))).SecretKey);
        });
        for (var i = 0; i < 3; i++)
        {
            var ran = await _folder.Run("verify-erasure");
            Assert.True(ran.Code == 0, ran.Output + ran.Error);
        }
        await over.CancelAsync();
        await writing;
        foreach (var key in keys)
            Assert.Equal(5000, (await server.Reveal(key))!.Length);
    }

    [Fact]
    public async Task A_missing_or_damaged_database_is_reported_without_a_stack_trace()
    {
        Assert.Contains("There is no database", (await _folder.Run("verify-erasure")).Refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("onetimesecret.db")));
        await _folder.Make();
        Assert.Equal(0, (await _folder.Run("verify-erasure")).Code);
        var page = await Read("SELECT rootpage FROM sqlite_master WHERE name = 'Outbox'"); // no start reads it
        await using (var file = new FileStream(_folder.File("onetimesecret.db"), FileMode.Open, FileAccess.Write))
        {
            file.Position = (page - 1) * 4096;
            file.Write(Enumerable.Repeat((byte)0xEE, 4096).ToArray());
        }
        var ran = await _folder.Run("verify-erasure");
        Assert.Equal(1, ran.Code);
        Assert.Contains("amaged at page", ran.Refusal, Ordinal);
    }

    private async Task<long> Read(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={_folder.File("onetimesecret.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    private bool HasErased()
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File("onetimesecret.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM JobRuns WHERE Job = 'erase' AND Ended IS NOT NULL";
        return command.ExecuteScalar() is 1L;
    }

    private static string Line(string output, string start) => output.Split('\n').Single(line => line.StartsWith(start, Ordinal));
}
