using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verbs with which an operator restores a copy and decides what becomes of it.</summary>
public sealed class RestoreCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() => await _folder.Make();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Server_exits_with_a_sentence_that_names_the_choices_and_verbs_only_read_until_one_is_made()
    {
        await _folder.Run("account", "add", "a@example.com");
        File.Delete(_folder.File("generation"));
        var served = await BuiltProgram.Run(["--data", _folder.Data, "--urls", "http://127.0.0.1:0"]);
        Assert.Equal(1, served.Code);
        Assert.Contains("`restore accept --revive`", served.Refusal, Ordinal);

        Assert.StartsWith("a@example.com\t", (await _folder.Run("account", "list")).Result, Ordinal);
        string[][] writing =
            [["account", "link", "a@example.com"], ["account", "add", "b@example.com"], ["token", "add", "a@example.com", "t"]];
        foreach (var verb in writing)
            Assert.Contains("`restore accept` destroys", (await _folder.Run(verb)).Refusal, Ordinal);

        Assert.Equal(
            "The copy is accepted. Destroyed: 0 unread secret(s). Ended: 0 session(s), 0 token(s), 0 password(s), 0 queued mail(s).",
            (await _folder.Run("restore", "accept")).Result);
        Assert.Contains("nothing to accept", (await _folder.Run("restore", "accept")).Refusal, Ordinal);
        Assert.Contains("/reset", (await _folder.Run("account", "link", "a@example.com")).Result, Ordinal);
    }

    [Fact]
    public async Task Reviving_says_that_everything_is_kept_and_its_help_says_what_that_means()
    {
        File.Delete(_folder.File("generation"));
        Assert.Equal("The copy is accepted, and everything in it is kept.", (await _folder.Run("restore", "accept", "--revive")).Result);
        Assert.Contains("revealed again", (await _folder.Run("restore", "accept", "--help")).Output, Ordinal);
    }
}
