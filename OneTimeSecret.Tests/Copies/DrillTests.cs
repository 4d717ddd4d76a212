using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Commands;

namespace OneTimeSecret.Tests.Copies;

public sealed class DrillTests
{
    /// <summary>Only the data folder is another one, and `onetimesecret` is the built program with that folder in its settings.</summary>
    [Fact]
    public async Task The_drill_of_the_manual_works_as_it_stands_beside_a_running_server()
    {
        using var folder = new TemporaryFolder();
        await folder.Make();
        await using var server = await RunningServer.Start(folder.Data, adjust: null);
        await server.AddAccount();
        var (unread, _) = await server.Conceal("value");
        var manual = await File.ReadAllTextAsync(Path.Combine(Sources.Folder("docs"), "operating.md"));
        var section = manual[manual.IndexOf("\n## Drill\n", StringComparison.Ordinal)..];
        var script = section[(section.IndexOf("```bash\n", StringComparison.Ordinal) + 8)..];
        script = script[..script.IndexOf("```", StringComparison.Ordinal)];
        Assert.Contains("restore accept", script, StringComparison.Ordinal);

        var said = await Bash.Run(
            $"export OTS_Storage__Data='{folder.Data}'\n"
            + $"onetimesecret() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "OneTimeSecret.Web.dll")}' \"$@\"; }}\n"
            + script.Replace("/var/lib/onetimesecret", folder.Data, StringComparison.Ordinal));
        Assert.Contains("Destroyed: 1 unread secret(s)", said, StringComparison.Ordinal);
        Assert.Contains("\nowner@example.com\t", said, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Data, "drill*"));
        Assert.Equal("value", (await server.TryReveal(unread)).Value()); // of the real data
    }
}
