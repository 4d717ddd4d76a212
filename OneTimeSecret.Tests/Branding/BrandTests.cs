using System.Net;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Web.Configuration;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Branding;

public sealed class BrandTests
{
    [Fact]
    public async Task Pages_show_the_configured_name_logo_colours_and_links()
    {
        var logo = Path.Combine(Directory.CreateTempSubdirectory("ots-test-").FullName, "logo.svg");
        await File.WriteAllTextAsync(logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        await using var server = await RunningServer.Start(
            "--Brand:Name=Exämple & <b>Sons</b>", $"--Brand:Logo={logo}", "--Brand:Accent=#7a1f5c", "--Brand:AccentDark=#f0a6d8",
            "--Brand:Links=Imprint & more https://example.com/imprint,Help mailto:help@example.com");
        using var reader = await new Reader(server).Open("/");

        Assert.Equal("Exämple & <b>Sons</b>", reader.Text(".brand"));
        Assert.EndsWith(" · Exämple & <b>Sons</b>", reader.Page.Title, Ordinal);
        var links = reader.Page.QuerySelectorAll("footer a").Select(link => $"{link.TextContent} {link.GetAttribute("href")}");
        Assert.Equal("Imprint & more https://example.com/imprint, Help mailto:help@example.com", string.Join(", ", links));
        using var style = await Get("link[href^='/brand/']", "href");
        Assert.Equal("text/css; charset=utf-8", style.Content.Headers.ContentType!.ToString());
        Assert.Contains("--accent: light-dark(#7a1f5c, #f0a6d8)", await style.Content.ReadAsStringAsync(), Ordinal);
        using var image = await Get(".brand img", "src");
        Assert.Equal("image/svg+xml", image.Content.Headers.ContentType!.ToString());
        Directory.Delete(Path.GetDirectoryName(logo)!, recursive: true);

        Task<HttpResponseMessage> Get(string selector, string attribute) =>
            server.Http.GetAsync(new Uri(reader.Page.QuerySelector(selector)!.GetAttribute(attribute)!, UriKind.Relative));
    }

    [Fact]
    public async Task Pages_load_no_brand_files_if_no_brand_is_configured()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        Assert.Equal("OneTimeSecret", reader.Text(".brand"));
        Assert.False(reader.Has("link[href^='/brand/'], .brand img, footer"));
        using var style = await server.Http.GetAsync(new Uri("/brand/style.css", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, style.StatusCode);
    }

    [Theory]
    [InlineData("Brand:Accent=#777777 Brand:AccentDark=#ffffff", "Brand:Accent must be a colour such as #0b5cad")]
    [InlineData("Brand:Accent=#0b5cad Brand:AccentDark=#0b5cad", "Brand:AccentDark must be a colour such as #7fb8f5")]
    [InlineData("Brand:Accent=red;} Brand:AccentDark=#ffffff", "Brand:Accent must be a colour")]
    [InlineData("Brand:Accent=#0b5cad", "Brand:AccentDark must be set together with the other accent colour")]
    [InlineData("Brand:Logo=logo.gif", "Brand:Logo must be a file that ends in .svg or .png")]
    [InlineData("Brand:Logo=/nowhere/logo.svg", "Brand:Logo is '/nowhere/logo.svg', but there is no such file")]
    [InlineData("Brand:Links=javascript:alert(1)", "Brand:Links holds 'javascript:alert(1)'")]
    [InlineData("Brand:Name=", "Brand:Name is '', but must be set")]
    public async Task A_mistake_in_a_brand_setting_is_named_with_its_key(string settings, string mistake)
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunningServer.Start([.. settings.Split(' ').Select(setting => "--" + setting)]));
        Assert.Contains(mistake, refusal.Message, Ordinal);
    }
}
