using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests.Components;

public sealed partial class TextsTests
{
    /// <summary>A text that the resources lack shows as its own name.</summary>
    [Theory]
    [InlineData("/docs/api")]
    [InlineData("/docs/api/explorer")]
    [InlineData("/security")]
    public async Task No_text_is_missing(string path)
    {
        await using var server = await RunningServer.Start();
        var page = await server.Read(path);
        Assert.DoesNotMatch(@"\b(ApiDocs|Security)\.[A-Z]", page.DocumentElement.TextContent);
    }

    /// <summary>A name that the code says and the resources lack.</summary>
    [Fact]
    public void Every_text_of_the_pages_of_accounts_is_there()
    {
        var texts = File.ReadAllText(Path.Combine(Web(), "Resources", "Texts.resx"));
        var names = Directory.EnumerateFiles(Path.Combine(Web(), "Components"), "*.razor*", SearchOption.AllDirectories)
            .SelectMany(file => Name().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.True(names.Count > 100, $"{names.Count} names");
        Assert.All(names, name => Assert.Contains($"<data name=\"{name}\"", texts, StringComparison.Ordinal));
    }

    private static string Web([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "OneTimeSecret.Web");

    [GeneratedRegex("Text\\[\"(?<name>[A-Za-z.]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
