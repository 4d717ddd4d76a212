using Microsoft.Data.Sqlite;
using OneTimeSecret.Tests.Audit;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verb that verifies the audit trail, while a server runs on the same folder and after it has stopped.</summary>
public sealed class VerifyAuditCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_exit_code_is_0_for_an_unchanged_trail_while_the_server_runs_and_after_it_stopped()
    {
        await using (var server = await _folder.Serve())
        {
            var key = await Served.Share(server, "the value");
            await Verbs.Until(() => File.Exists(_folder.File("audit-head")));
            var beside = await _folder.RunBuilt("verify-audit");
            Assert.Equal(0, beside.Code);
            Assert.Matches(@"^The audit trail is whole up to row 1, and matches its head of 20\d\d-.*Z\.\n$", beside.Output);
            Assert.Equal("the value", await Served.Reveal(server, key));
            await server.Terminate();
            Assert.Equal(0, await server.Exit());
        }
        var after = await _folder.Run("verify-audit");
        Assert.True(after.Code == 0, after.Error);
        Assert.StartsWith("The audit trail is whole up to row 2, ", after.Output, Ordinal);
    }

    [Fact]
    public async Task The_exit_code_is_2_and_the_output_names_the_row_that_was_changed_or_is_missing()
    {
        await Fill();
        await Execute("UPDATE AuditEvents SET Client = '203.0.113.99' WHERE Sequence = 3");
        await Finds("Row 3 was changed, put in, or moved outside the program. Up to row 2 all is whole.");
        await Execute("DELETE FROM AuditEvents WHERE Sequence = 2");
        await Finds("Row 2 is missing. Up to row 1 all is whole.");
        await Execute("DELETE FROM AuditEvents WHERE Sequence >= 2");
        await Finds("Rows 2 to 5 are missing, but the head of ");
        File.Delete(_folder.File("audit-head"));
        await Finds("The audit trail is whole up to row 1, but there is no head file");
        await Execute("INSERT INTO AuditAnchors (Sequence, Mac, Time, Seal) VALUES (1, zeroblob(32), 0, zeroblob(32))");
        await Finds("The record that the rows up to 1 were trimmed was not written by the program.");
    }

    [Fact]
    public async Task The_head_may_come_from_another_file_and_a_file_without_a_head_is_refused()
    {
        await Fill();
        var other = Path.Combine(_folder.Path, "log");
        await File.WriteAllTextAsync(other, "info: before\n" + await File.ReadAllTextAsync(_folder.File("audit-head")));
        File.Delete(_folder.File("audit-head"));
        var whole = await _folder.Run("verify-audit", "--head", other);
        Assert.True(whole.Code == 0, whole.Output + whole.Error);
        Assert.StartsWith("The audit trail is whole up to row 5, and matches ", whole.Output, Ordinal);
        await Execute("DELETE FROM AuditEvents WHERE Sequence = 5");
        await Finds("Rows 5 to 5 are missing", "--head", other);

        var gone = await _folder.Run("verify-audit", "--head", Path.Combine(_folder.Path, "gone"));
        Assert.Equal(1, gone.Code);
        Assert.Contains("gone", gone.Refusal, Ordinal);
        await File.WriteAllTextAsync(other, "nothing of the kind");
        var none = await _folder.Run("verify-audit", "--head", other);
        Assert.Equal(1, none.Code);
        Assert.Contains("holds no head of an audit trail", none.Refusal, Ordinal);
    }

    /// <summary>Writes five rows and their head.</summary>
    private async Task Fill()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        await server.Act(5);
    }

    private async Task Finds(string said, params string[] more)
    {
        var ran = await _folder.Run(["verify-audit", .. more]);
        Assert.Equal((2, $"Data folder: {_folder.Data}\n"), (ran.Code, ran.Error));
        Assert.StartsWith(said, ran.Output, Ordinal);
    }

    private async Task Execute(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={_folder.File("onetimesecret.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }
}
