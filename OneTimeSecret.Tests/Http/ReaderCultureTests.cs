using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

public sealed class ReaderCultureTests
{
    [Theory]
    [InlineData("en-US", "This has 10,001 bytes", "November")]
    [InlineData("de-DE,de;q=0.9", "This has 10.001 bytes", "November")]
    [InlineData("fr", "This has 10\u202f001 bytes", "novembre")]
    [InlineData("xx-klingon,*;q=0.1", "This has 10,001 bytes", "November")]
    public async Task Numbers_and_dates_follow_the_language_of_the_browser(string languages, string number, string month)
    {
        await using var server = await RunningServer.Start();
        server.Clock.SetUtcNow(new DateTimeOffset(server.Clock.GetUtcNow().Year + 1, 11, 20, 8, 0, 0, TimeSpan.Zero));
        using var reader = await new Reader(server, languages).Open("/");
        Assert.Equal("en", reader.Page.DocumentElement.GetAttribute("lang"));
        await reader.Send(("Input.Secret", new string('x', 10_001)));
        Assert.Contains(number, reader.Text("#secret-error"), Ordinal);
        await reader.Send(("Input.Secret", "x"));
        Assert.Contains(month, reader.Text("time"), Ordinal);
        Assert.EndsWith(" UTC", reader.Text("time"), Ordinal);
    }

    [Fact]
    public async Task The_API_ignores_the_language_of_the_client()
    {
        await using var server = await RunningServer.Start();
        server.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ar-SA,fa");
        using var answer = await server.Post("/api/v1/share", ("secret", new string('x', 10_001)));
        Assert.Contains("the maximum size of 10000 bytes", await answer.Content.ReadAsStringAsync(), Ordinal);
        var (_, metadata) = await server.Share("x");
        Assert.Equal(604_800, (int)(await server.Receipt(metadata))["ttl"]!);
    }
}
