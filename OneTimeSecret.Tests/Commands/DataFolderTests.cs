using System.CommandLine;
using OneTimeSecret.Web.Commands;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>Verbs work on an existing data folder and create none. A mistyped folder is refused.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Each verb of the program, with a value for each of its arguments.</summary>
    public static TheoryData<string> Verbs() => [.. Leaves(CommandLine.Root(), [])];

    [Theory, MemberData(nameof(Verbs))]
    public async Task A_folder_without_a_database_is_refused_by_every_verb_and_nothing_is_created(string verb)
    {
        string[] words = [.. verb.Split(' '), "--data", _folder.Data, "--keys", Path.Combine(_folder.Path, "keys", "ring")];
        var refusal = await Assert.ThrowsAsync<CommandException>(() => CommandLine.Invoke(words));
        Assert.StartsWith(
            $"There is no database in {_folder.Data}: name the server's data folder with --data, or ", refusal.Message, Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void More_than_15_verbs_are_checked() => Assert.True(Verbs().Count > 15);

    [Fact]
    public async Task A_verb_names_its_data_folder_and_does_not_create_a_mistyped_folder_or_key_ring()
    {
        Directory.CreateDirectory(_folder.Data);
        var typo = await _folder.Run("admin", "list"); // an empty folder is not a data folder either
        Assert.Equal((1, 1), (typo.Code, typo.Refusal.Trim().Split('\n').Length));
        Assert.StartsWith($"There is no database in {_folder.Data}: ", typo.Error, Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Data));

        var made = await _folder.Run("account", "add", "you@example.com", "--new-data");
        Assert.Equal(("you@example.com", $"Data folder: {_folder.Data}"), (made.Result, made.Error.Split('\n')[0]));
        Assert.Equal("other@example.com", (await _folder.Run("account", "add", "other@example.com", "--new-data")).Result);
        var mistyped = Path.Combine(_folder.Path, "typo", "ring");
        Assert.Contains($"The key ring {mistyped} is missing", (await _folder.Run("keys", "list", "--keys", mistyped)).Refusal, Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(mistyped)));
    }

    private static IEnumerable<string> Leaves(Command command, string[] words)
    {
        if (command.Subcommands.Count > 0)
            return command.Subcommands.SelectMany(verb => Leaves(verb, [.. words, verb.Name]));
        return [string.Join(' ', [.. words, .. command.Arguments.Select(_ => "you@example.com")])];
    }
}
