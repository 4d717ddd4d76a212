using System.Text;
using AngleSharp.Html.Dom;
using Bunit;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Web.Components.Layout;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components;

/// <summary>What people type is shown as text, never as markup, and is returned unchanged.</summary>
[Properties(Arbitrary = [typeof(Hostile)], MaxTest = 60)]
public sealed class MarkupTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Property]
    public Task A_value_is_shown_as_text_and_its_file_holds_its_exact_bytes(Typed value) => IsText(value.Text);

    [Theory]
    [InlineData("x")]
    [InlineData("\n\n leading")]
    [InlineData("a\r\nb\rc\n")]
    [InlineData("nul \0 bell \a")]
    [InlineData("مرحبا \u202e שלום")]
    [InlineData("&lt;b&gt; &amp; \" ' `")]
    public Task A_value_with_special_characters_is_shown_as_text_and_its_file_holds_its_exact_bytes(string value) => IsText(value);

    [Property]
    public async Task Input_is_text_when_its_form_is_shown_again(Typed secret, Typed passphrase)
    {
        using var reader = await new Reader(shared.Server).Open("/");
        var nodes = reader.Page.All.Length;
        await reader.Send(
            "passphrase", ("Input.Secret", secret.Text), ("Input.Passphrase", passphrase.Text), ("Input.Amount", secret.Text));
        Assert.Equal(nodes, reader.Page.All.Length);
        Assert.Equal(Lines(secret.Text), reader.Value("#secret"));
        await reader.Send(null, ("Input.Secret", ""), ("Input.Passphrase", passphrase.Text));
        Assert.Equal(passphrase.Text, reader.Value("#passphrase"), ignoreLineEndingDifferences: true);
    }

    [Property]
    public void A_brand_name_is_shown_as_text(Typed name)
    {
        using var rendering = new Rendering();
        rendering.Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new BrandOptions { Name = name.Text }));
        var brand = rendering.Render<MainLayout>(page => page.Add(layout => layout.Body, "")).Find(".brand span");
        Assert.Empty(brand.Children);
        Assert.Equal(Lines(name.Text), brand.TextContent);
    }

    private async Task IsText(string value)
    {
        var (key, _) = await shared.Server.Conceal(value);
        using var reader = await new Reader(shared.Server).Open($"/secret/{key.Text}");
        await reader.Send();
        var shown = reader.Page.QuerySelector("#value")!;
        Assert.Empty(shown.Children);
        Assert.Equal(value.Replace('\0', '\uFFFD'), shown.TextContent);
        Assert.Equal(value.Contains('\0', Ordinal), reader.Has(".note"));
        var link = ((IHtmlAnchorElement)reader.Page.QuerySelector("#download")!).GetAttribute("href")!;
        Assert.Equal(Encoding.UTF8.GetBytes(value), Convert.FromBase64String(link.Split(',')[1]));
    }

    private static string Lines(string text) => text.Replace("\r\n", "\n", Ordinal);

    /// <summary>A text that somebody may type.</summary>
    public sealed record Typed(string Text);

    /// <summary>Markup, quotes, entities and odd characters, in any order.</summary>
    public static class Hostile
    {
        private static readonly string[] Pieces =
        [
            "<script>alert(1)</script>", "</textarea>", "</code></pre>", "<img src=x onerror=alert(1)>", "\"", "'", "`", "<", ">", "&",
            "&amp;", "&#60;", "<!--", "-->", "]]>", "@(1+1)", "{0}", "\n", " ", "\t", "é", "🔑", "\u202e", "ا", "x",
        ];

        public static Arbitrary<Typed> Typed() =>
            Gen.Elements(Pieces).NonEmptyListOf().Select(pieces => new Typed(string.Concat(pieces))).ToArbitrary();
    }
}
