using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verb that copies the database, beside a server that runs.</summary>
public sealed class BackupCommandTests
{
    [Fact]
    public async Task The_path_is_printed_once_the_copy_is_verified_and_an_existing_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        await folder.Make();
        await using var server = await RunningServer.Start(folder.Data, adjust: null);
        var file = Path.Combine(folder.Path, "copy.db");
        var ran = await folder.Run("backup", file);
        Assert.Equal(file, ran.Result);
        Assert.Matches(@"\d+ rows were written and verified", ran.Error);
        Assert.Contains("exists already", (await folder.Run("backup", file)).Refusal, Ordinal);
        Assert.Contains("its folder does not exist", (await folder.Run("backup", folder.File("nowhere/copy.db"))).Refusal, Ordinal);
        Assert.False(File.Exists(file + ".keyring"));
    }

    [Theory]
    [InlineData("backup", "--with-keys"), InlineData("backup", "--with-secrets"), InlineData("restore", "--replace")]
    public async Task Help_explains_every_option(string verb, string word) =>
        Assert.Contains(word, (await InProcess.Run([verb, "--help"])).Output, Ordinal);
}
