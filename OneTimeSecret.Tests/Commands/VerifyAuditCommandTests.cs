using Microsoft.Data.Sqlite;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verb that proves the audit trail, beside a server that runs on the same folder and after its end.</summary>
public sealed class VerifyAuditCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_answers_0_for_a_whole_trail_and_2_for_one_that_is_not_with_the_row()
    {
        var old = Path.Combine(_folder.Path, "older-head");
        await using (var server = await _folder.Serve())
        {
            await server.Says("audit-head sequence=0 ");
            for (var i = 0; i < 5; i++)
                await Served.Share(server, "the value");
            Assert.Equal(0, (await _folder.Run("verify-audit")).Code); // beside the server
            await server.Terminate();
            Assert.Equal(0, await server.Exit());
            await File.WriteAllTextAsync(old, await server.Says("audit-head sequence=5 ")); // a line of its log
        }
        Assert.Matches(
            @"^The audit trail is whole up to row 5, and holds what its head of 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ says\.$",
            (await _folder.Run("verify-audit")).Result);
        Assert.Equal(0, (await _folder.Run("account", "add", "you@example.com")).Code);
        Assert.StartsWith("The audit trail is whole up to row 6,", (await _folder.Run("verify-audit", "--head", old)).Result, Ordinal);

        await Says("DELETE FROM AuditEvents WHERE Sequence > 4", "Rows 5 to 5 are missing, which the head of 20");
        await Says("UPDATE AuditEvents SET Client = 'x' WHERE Sequence = 3", "Row 3 was changed, put in, or moved");
        await Says("DELETE FROM AuditEvents WHERE Sequence = 2", "Row 2 is missing. Up to row 1 all is whole.");
        File.Delete(_folder.File("audit-head"));
        await Says("DELETE FROM AuditEvents", "The audit trail is whole up to row 0, but there is no head file");
        await Says(
            "INSERT INTO AuditAnchors (Sequence, Mac, Time, Seal) VALUES (9, x'00', 0, x'00')",
            "What says that the rows up to 9 were trimmed was not written by the program.");
    }

    [Fact]
    public async Task What_it_cannot_look_at_is_said_in_words_and_answers_1()
    {
        Assert.Equal(0, (await _folder.Run("account", "add", "you@example.com")).Code);
        var nothing = Path.Combine(_folder.Path, "nothing");
        var ran = await _folder.Run("verify-audit", "--head", nothing);
        Assert.Equal(1, ran.Code);
        Assert.Contains(nothing, ran.Refusal, Ordinal);
        await File.WriteAllTextAsync(nothing, "no head\n");
        ran = await _folder.Run("verify-audit", "--head", nothing);
        Assert.Equal(1, ran.Code);
        Assert.Contains("holds no head of an audit trail", ran.Refusal, Ordinal);
    }

    [Fact]
    public async Task Its_help_says_what_it_takes_and_answers()
    {
        var help = await BuiltProgram.Run(["verify-audit", "--help"]);
        Assert.Equal(0, help.Code);
        Assert.Contains("--head <FILE>", help.Output, Ordinal);
        Assert.Contains("exit code 2", help.Output, Ordinal);
    }

    private async Task Says(string deed, string verdict)
    {
        await using (var connection = new SqliteConnection($"Data Source={_folder.File("onetimesecret.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = deed;
            await command.ExecuteNonQueryAsync();
        }
        var ran = await _folder.Run("verify-audit");
        Assert.Equal(2, ran.Code);
        Assert.StartsWith(verdict, ran.Output, Ordinal);
    }
}
