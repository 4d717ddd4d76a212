using Microsoft.Data.Sqlite;
using OneTimeSecret.Tests.Commands;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>The jobs of the built program, on the real clock and started only by their schedule.</summary>
public sealed class JobSetupTests
{
    [Fact]
    public async Task Scheduled_jobs_purge_and_erase_expired_secrets_and_an_idle_delivery_records_no_run()
    {
        using var folder = new TemporaryFolder();
        await using var server = await BuiltProgram.Serve(
            folder.Path, "--Secrets:MinTtl=1", "--Secrets:DefaultTtl=1", "--Jobs:PurgeSeconds=1", "--Jobs:EraseSeconds=1",
            "--Jobs:DeliverSeconds=1");
        await Until(folder, "SELECT count(*) > 2 FROM JobRuns WHERE Job = 'purge'", 1);
        await Until(folder, "SELECT count(*) FROM JobRuns WHERE Job = 'deliver'", 0);
        await Until(folder, "SELECT count(*) FROM JobRuns WHERE Job IN ('warn', 'trim')", 2);

        await Served.Share(server, "soon gone");
        await Until(folder, "SELECT count(*) FROM Secrets", 0);
        await Until(folder, "SELECT count(*) FROM Receipts", 0);
        await Until(folder, "SELECT sum(Count) FROM JobRuns WHERE Job = 'purge' AND Result = 1 AND Ended >= Started", 2);
        await Until(folder, "SELECT count(*) > 0 FROM JobRuns WHERE Job = 'erase' AND Result = 1", 1);
        await Until(folder, "SELECT count(*) FROM JobRuns WHERE Result = 3", 0); // reads by this test may delay an erasure, but fail none

        await server.Terminate();
        Assert.Equal(0, await server.Exit());
    }

    private static Task Until(TemporaryFolder folder, string query, long value) => Verbs.Until(() =>
    {
        using var connection = new SqliteConnection($"Data Source={folder.Path}/onetimesecret.db;Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar() is long found && found == value;
    });
}
