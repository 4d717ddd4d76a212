using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Components;

public sealed partial class TextsTests
{
    /// <summary>A text that is missing in the resources is shown as its key.</summary>
    [Theory]
    [InlineData("/docs/api")]
    [InlineData("/docs/api/explorer")]
    [InlineData("/security")]
    public async Task No_page_shows_the_key_of_a_missing_text(string path)
    {
        await using var server = await RunningServer.Start();
        var page = await server.Read(path);
        Assert.DoesNotMatch(@"\b(ApiDocs|Security)\.[A-Z]", page.DocumentElement.TextContent);
    }

    [Fact]
    public void Every_text_key_in_the_components_has_a_text()
    {
        var texts = File.ReadAllText(Path.Combine(Web(), "Resources", "Texts.resx"));
        var names = Directory.EnumerateFiles(Path.Combine(Web(), "Components"), "*.razor*", SearchOption.AllDirectories)
            .SelectMany(file => Name().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.True(names.Count > 100, $"{names.Count} names");
        Assert.All(names, name => Assert.Contains($"<data name=\"{name}\"", texts, StringComparison.Ordinal));
    }

    /// <summary>Pages build these keys from values.</summary>
    [Fact]
    public void Every_audit_kind_mail_kind_job_and_limit_on_links_has_a_text()
    {
        var texts = File.ReadAllText(Path.Combine(Web(), "Resources", "Texts.resx"));
        Assert.All(
            [
                .. Enum.GetNames<AuditKind>().Select(kind => $"Audit.{kind}"),
                .. Enum.GetNames<MailKind>().Select(kind => $"Admin.Mail.Kind.{kind}"),
                .. Enum.GetNames<RoomState>().Skip(1).Select(state => $"Admin.Overview.Room.{state}"),
                .. JobNames.All.Select(job => $"Admin.Job.{job}"),
                .. Enum.GetNames<LinkLimit>().Select(limit => $"Links.TooMany.{limit}"),
            ],
            name => Assert.Contains($"<data name=\"{name}\"", texts, StringComparison.Ordinal));
    }

    private static string Web([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "OneTimeSecret.Web");

    [GeneratedRegex("Text\\[\"(?<name>[A-Za-z.]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
