using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components;

/// <summary>
/// Texts that must reach the reader unchanged. A browser that translates the page would change them, and so could a proxy that compresses
/// or rewrites answers.
/// </summary>
public sealed partial class ExactTextsTests
{
    /// <summary>Reads the sources of all pages, so that new pages are checked too.</summary>
    [Fact]
    public void Every_text_that_is_formatted_as_code_is_marked_as_not_translatable()
    {
        var tags = Directory.EnumerateFiles(Path.Combine(Web(), "Components"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => CodeTag().Matches(File.ReadAllText(file)).Select(tag => (Path.GetFileName(file), tag.Value))).ToList();
        Assert.True(tags.Count > 20, $"{tags.Count} tags");
        Assert.All(tags, tag => Assert.Contains("translate=\"no\"", tag.Value, Ordinal));
    }

    [Fact]
    public async Task Copyable_texts_must_not_be_translated_and_their_answers_must_not_be_transformed()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value");
        using var reader = await new Reader(server).Open("/");
        Exact(reader, "#password", "#secret", "#passphrase");
        await reader.Send("passphrase");
        Exact(reader, "#passphrase");
        await reader.Open($"/receipt/{metadata}");
        Exact(reader, "#link");
        await reader.Open($"/secret/{key}");
        await reader.Send();
        Exact(reader, "#value");
        await reader.Open("/docs/api");
        Copyable(reader);
        await reader.Open("/signup");
        Copyable(reader);

        using var admin = await server.SignInAdmin(back: "/account/tokens");
        await admin.SendForm("#make", ("Input.Name", "laptop"), ("Input.Create", "true"));
        Exact(admin, "#token", "#line");
        await admin.Open("/account/security/app");
        Exact(admin, "#key");
        await admin.AddApp(server);
        Exact(admin, "#codes");
    }

    [Theory]
    [InlineData("secret/{0}")]
    [InlineData("generate")]
    public async Task API_answers_that_show_a_secret_must_be_neither_stored_nor_transformed(string path)
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("the value");
        using var answer = await server.Post("/api/v1/" + path.Replace("{0}", key, Ordinal));
        Assert.Equal((200, "no-store, no-transform"), ((int)answer.StatusCode, CacheControl(answer)));
    }

    /// <summary>A browser may suggest a passphrase where a new one is chosen. It cannot know the passphrase of somebody else.</summary>
    [Fact]
    public async Task Passphrase_fields_tell_browsers_whether_to_suggest_a_passphrase()
    {
        await using var server = await RunningServer.Start("--Passphrases:BcryptCost=10");
        var (key, metadata) = await server.Share("the value", ("passphrase", "long enough"));
        (string, string)[] fields = [("/", "new-password"), ($"/secret/{key}", "off"), ($"/receipt/{metadata}/burn", "off")];
        foreach (var (path, purpose) in fields)
        {
            using var reader = await new Reader(server).Open(path);
            Assert.Equal((path, purpose), (path, reader.Page.QuerySelector("#passphrase")!.GetAttribute("autocomplete")));
        }
        using var made = await new Reader(server).Open("/");
        await made.Send("passphrase");
        Assert.Equal("new-password", made.Page.QuerySelector("#passphrase")!.GetAttribute("autocomplete"));
    }

    private static void Exact(Reader reader, params string[] selectors)
    {
        Assert.Equal("no-store, no-transform", CacheControl(reader.Answer));
        foreach (var selector in selectors)
            AssertExact(reader, selector);
        Copyable(reader);
    }

    private static void Copyable(Reader reader)
    {
        foreach (var button in reader.Page.QuerySelectorAll("[data-copy]"))
            AssertExact(reader, button.GetAttribute("data-copy")!);
    }

    private static void AssertExact(Reader reader, string selector)
    {
        var text = reader.Page.QuerySelector(selector);
        Assert.True(text is not null, $"{reader.Path} has no {selector}.");
        Assert.True(text.Closest("[translate]")?.GetAttribute("translate") is "no", $"{reader.Path} lets {selector} be translated.");
    }

    private static string CacheControl(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Cache-Control"));

    private static string Web([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "OneTimeSecret.Web");

    /// <summary>Elements for code, and elements with the class <c>code</c>.</summary>
    [GeneratedRegex("""<(code|output|samp|kbd)\b[^>]*>|<pre\b[^>]*>(?!\s*<code)|<\w+\s[^>]*class="([^"]* )?code[ "][^>]*>""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeTag();
}
