using System.Text.RegularExpressions;

namespace OneTimeSecret.Tests;

/// <summary>Comments and documents cite only what is in the repository.</summary>
public sealed partial class CitationTests
{
    [Fact]
    public void Every_cited_document_exists()
    {
        var citations = Files("*.cs", "*.razor", "*.resx", "*.md", "*.props", "*.csproj", "*.sh", "*.service", "*.conf", "*.yaml")
            .SelectMany(file => Document().Matches(File.ReadAllText(file)).Select(match => (File: file, Cited: match.Value))).ToList();
        Assert.True(citations.Count > 100, $"{citations.Count} citations");
        Assert.All(citations, citation => Assert.NotEmpty(Cited(citation.Cited)));
    }

    [Fact]
    public void Every_cited_section_of_a_document_exists()
    {
        var citations = Files("*.cs", "*.razor")
            .SelectMany(file => Section().Matches(File.ReadAllText(file)).Select(match => (File: file, match.Groups["document"].Value,
                Section: match.Groups["section"].Value))).ToList();
        Assert.NotEmpty(citations);
        Assert.All(citations, citation => Assert.Contains(
            File.ReadLines(Path.Combine(Sources.Folder("."), citation.Value)),
            line => line.StartsWith('#') && line.TrimStart('#').StartsWith(" " + citation.Section, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_relative_link_of_a_document_leads_to_a_file_and_a_heading()
    {
        var links = Files("*.md")
            .SelectMany(file => Link().Matches(File.ReadAllText(file))
                .Select(match => (File: file, Path: match.Groups["path"].Value, Anchor: match.Groups["anchor"].Value))).ToList();
        Assert.True(links.Count > 50, $"{links.Count} links");
        Assert.All(links, link =>
        {
            var target = link.Path.Length == 0 ? link.File : Path.Combine(Path.GetDirectoryName(link.File)!, link.Path);
            Assert.True(Path.Exists(target), $"{link.File} links to {link.Path}");
            if (link.Anchor.Length > 0)
            {
                var headings = File.ReadLines(target).Where(line => line.StartsWith('#'));
                Assert.Contains(link.Anchor, headings.Select(Anchor), StringComparer.Ordinal);
            }
        });
    }

    /// <summary>Documents that a project had once, and that a reader of the repository cannot open.</summary>
    [Fact]
    public void Nothing_cites_a_section_of_a_document_that_is_not_named() => Assert.DoesNotContain(
        Files("*.cs", "*.razor", "*.md", "*.js", "*.css"),
        file => !file.EndsWith("CitationTests.cs", StringComparison.Ordinal) && Unnamed().IsMatch(File.ReadAllText(file)));

    private static IEnumerable<string> Files(params string[] patterns) => patterns
        .SelectMany(pattern => Directory.EnumerateFiles(Sources.Folder("."), pattern, SearchOption.AllDirectories))
        .Where(file => !Outside().IsMatch(file));

    private static IEnumerable<string> Cited(string path)
    {
        var folder = Path.Combine(Sources.Folder("."), Path.GetDirectoryName(path)!);
        // An ADR may be cited by its number alone.
        return Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(path) + (Path.HasExtension(path) ? "" : "*"));
    }

    /// <summary>A heading as renderers turn it into the name of a place.</summary>
    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\b(docs/[a-z-]+\.md|docs/adr/[0-9]{4}(-[a-z-]+\.md)?|deploy/[A-Za-z.]+)\b",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Document();

    [GeneratedRegex(@"(?<document>docs/[a-z-]+\.md), (?<section>[A-Z][a-z]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Section();

    [GeneratedRegex(@"\]\((?<path>[^)#:\s]*)(#(?<anchor>[^)\s]+))?\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?i)\b(contract|design|issue)('s)?,? (section|§) ?[0-9]|design\.md|\bthe design says",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Unnamed();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.NonBacktracking)]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("/(bin|obj|TestResults|data|publish|node_modules|lib)/|/\\.",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Outside();
}
