using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OneTimeSecret.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task Curl_commands_of_the_README_work_unchanged()
    {
        await using var server = await RunningServer.Start();
        var lines = File.ReadAllLines(Readme()).Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);

        var script = string.Join("\necho\n", lines).Replace("http://localhost:5000", server.Origin, StringComparison.Ordinal);
        var answers = (await Bash.Run(script)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("new", JsonDocument.Parse(answers[0]).RootElement.GetProperty("state").GetString());
        Assert.Equal("correct horse battery staple", JsonDocument.Parse(answers[1]).RootElement.GetProperty("value").GetString());
        Assert.Equal("received", JsonDocument.Parse(answers[2]).RootElement.GetProperty("state").GetString());
    }

    private static string Readme([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "README.md");
}
