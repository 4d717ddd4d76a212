using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>With script, times are in the reader's time zone. Without, they are in UTC and say so.</summary>
public sealed class TimesTests(Chromium chromium) : BrowserTests(chromium)
{
    private static readonly DateTimeOffset Created = new(2040, 1, 15, 23, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("ja-JP", "Asia/Tokyo", true, "2040年1月16日月曜日 8:30 JST", "2040年1月23日月曜日 8:30 JST")]
    [InlineData("ja-JP", "Asia/Tokyo", false, "2040年1月15日日曜日 23:30 UTC", "2040年1月22日日曜日 23:30 UTC")]
    [InlineData("en-US", "America/New_York", true, "Sunday, January 15, 2040 at 6:30 PM EST", "Sunday, January 22, 2040 at 6:30 PM EST")]
    [InlineData("en-US", "America/New_York", false, "Sunday, January 15, 2040 11:30 PM UTC", "Sunday, January 22, 2040 11:30 PM UTC")]
    public async Task Times_are_in_the_readers_time_zone_with_script_and_in_UTC_without(
        string locale, string zone, bool script, string created, string until)
    {
        await using var server = await Serve();
        server.Clock.SetUtcNow(Created);
        var visit = await Visit(server, script: script, locale: locale, timeZone: zone);
        var (key, metadata) = await server.Conceal("the value");

        await visit.Open($"/secret/{key.Text}");
        await Expect(Times(visit)).ToHaveTextAsync([until]);
        await visit.Open($"/receipt/{metadata.Text}");
        await Expect(Times(visit)).ToHaveTextAsync([created, until, created]); // of the first visit, too
        await server.TryBurn(metadata);
        if (!script)
            await visit.Page.ReloadAsync();
        await visit.Sees("Your secret was destroyed unread");
        await Expect(Times(visit)).ToHaveTextAsync([created, created, until, created]);
    }

    private static ILocator Times(Visit visit) => visit.Page.Locator("time");
}
