using OneTimeSecret.Core.Retries;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

/// <summary><c>Secrets:RetrySeconds</c> on the page of a link: the browser that opened it can show the secret again.</summary>
public sealed class RetryCookieTests
{
    private const string On = "--Secrets:RetrySeconds=60";

    [Fact]
    public async Task Browser_whose_answer_was_lost_shows_the_secret_again_by_reload_and_by_the_link()
    {
        await using var server = await RunningServer.Start(On);
        var (key, metadata) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/secret/{key}");
        await reader.Elsewhere(page => page.Send()); // its answer is lost
        Assert.Equal("received", (string?)(await server.Receipt(metadata))["state"]);

        await reader.Elsewhere(async page =>
        {
            await page.Send(); // the browser sends the form again
            Assert.Equal("the value", page.Text("#value"));
        });
        await reader.Open($"/secret/{key}");
        Assert.Equal((200, "Show the secret again?"), (reader.Status, reader.Heading));
        Assert.False(reader.Has("#value"));
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
        Assert.StartsWith("If something went wrong, open the link again in this browser", reader.Text("#again"), Ordinal);
        Assert.Equal(
            server.Clock.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(),
            DateTimeOffset.Parse(
                reader.Page.QuerySelector("#again time")!.GetAttribute("datetime")!, System.Globalization.CultureInfo.InvariantCulture)
                .ToUnixTimeMilliseconds());

        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await reader.Open($"/secret/{key}");
        Assert.Equal((404, "There is no secret here"), (reader.Status, reader.Heading));
    }

    [Fact]
    public async Task Another_browser_finds_nothing_and_gets_no_cookie_for_it()
    {
        await using var server = await RunningServer.Start(On);
        var (key, _) = await server.Share("the value");
        using var other = await new Reader(server).Open($"/secret/{key}"); // before the reveal, so it has a form and a cookie of its own
        using var reader = await new Reader(server).Open($"/secret/{key}");
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
        await other.Send();
        Assert.Equal((404, "There is no secret here"), (other.Status, other.Heading));
        using var late = await new Reader(server).Open($"/secret/{key}");
        Assert.Equal((404, "There is no secret here"), (late.Status, late.Heading));
        Assert.DoesNotContain("-retry=", string.Concat(late.Answer.Headers.GetValues("Set-Cookie")), Ordinal);
    }

    [Fact]
    public async Task The_cookie_is_random_and_hidden_from_scripts_and_other_pages_and_a_reload_keeps_it()
    {
        await using var server = await RunningServer.Start(On, "--Site:PublicUrl=https://secrets.example.com");
        var (key, _) = await server.Share("the value");
        var first = await Given(server, $"/secret/{key}", null);
        Assert.Matches(
            $"^__Secure-ots-[0-9a-f]{{8}}-retry=[A-Za-z0-9_-]{{43}}; max-age=3600; path=/secret/{key}; secure; samesite=lax; httponly$",
            first);
        Assert.NotEqual(first, await Given(server, $"/secret/{key}", null), StringComparer.Ordinal);
        var pair = first.Split(';')[0];
        Assert.StartsWith(pair + ";", await Given(server, $"/secret/{key}", pair), Ordinal);
        Assert.NotNull(RetryProof.Parse(pair.Split('=')[1]));
        var broken = await Given(server, $"/secret/{key}", pair.Split('=')[0] + "=short");
        Assert.Matches("retry=[A-Za-z0-9_-]{43};", broken);
    }

    [Theory]
    [InlineData("/shared/{0}")]
    [InlineData("/secret/-{0}-")]
    public async Task Every_address_of_a_link_leads_to_the_path_of_the_cookie(string path)
    {
        await using var server = await RunningServer.Start(On);
        var (key, _) = await server.Share("the value");
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, key);
        using var reader = await new Reader(server).Open(address);
        Assert.Equal($"/secret/{key}", reader.Path);
        await reader.Elsewhere(page => page.Send());
        await reader.Open(address);
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
    }

    /// <summary>Browsers send an escaped path as it is, and compare it so with the path of a cookie.</summary>
    [Fact]
    public async Task An_escaped_address_leads_to_the_path_of_the_cookie()
    {
        await using var server = await RunningServer.Start(On);
        var (key, _) = await server.Share("the value");
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var address = new Uri(
            $"{server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}/secret/%{(int)key[0]:x2}{key[1..]}?wrong=true",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var answer = await browser.GetAsync(address);
        Assert.Equal($"/secret/{key}?wrong=true", answer.Headers.Location?.OriginalString);
        Assert.DoesNotContain("retry=", answer.Headers.ToString(), Ordinal);
    }

    [Fact]
    public async Task A_passphrase_is_asked_for_again()
    {
        await using var server = await RunningServer.Start(On);
        var (key, _) = await server.Share("the value", ("passphrase", "right"));
        using var reader = await new Reader(server).Open($"/secret/{key}");
        await reader.Elsewhere(page => page.Send(("Passphrase", "right")));
        await reader.Open($"/secret/{key}");
        await reader.Send(("Passphrase", "wrong"));
        Assert.StartsWith("That is not the passphrase", reader.Text("#passphrase-error"), Ordinal);
        await reader.Send(("Passphrase", "right"));
        Assert.Equal("the value", reader.Text("#value"));
    }

    [Fact]
    public async Task With_the_setting_off_there_is_no_cookie_and_the_page_says_that_the_secret_is_gone()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/shared/{key}");
        Assert.Equal($"/shared/{key}", reader.Path);
        Assert.DoesNotContain("-retry=", string.Concat(reader.Answer.Headers.GetValues("Set-Cookie")), Ordinal);
        await reader.Send();
        Assert.False(reader.Has("#again"));
        Assert.StartsWith("It is now gone from this server", reader.Text("main .lead"), Ordinal);
    }

    [Fact]
    public async Task A_repeat_asks_for_no_second_press()
    {
        await using var server = await RunningServer.Start(On, "--Secrets:ConfirmReveal=true");
        var (key, _) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/secret/{key}");
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        await reader.Elsewhere(page => page.Send(("ByHand", "true")));
        await reader.Open($"/secret/{key}");
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Pages_say_that_an_answer_is_kept_if_it_is(bool on)
    {
        await using var server = await RunningServer.Start(on ? [On] : []);
        var (key, _) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/secret/{key}");
        Assert.Equal(on, reader.Text("main .lead").Contains("Only this browser can show it again", Ordinal));
        await reader.Open("/security");
        Assert.Equal(on, reader.Text("main").Contains("keeps the text for 60 seconds more", Ordinal));
        await reader.Open("/docs/api");
        Assert.Equal(on, reader.Text("main").Contains("Idempotency-Key", Ordinal));
    }

    private static async Task<string> Given(RunningServer server, string path, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Http.BaseAddress };
        using var answer = await http.SendAsync(request);
        return answer.Headers.GetValues("Set-Cookie").Single(set => set.Contains("-retry=", Ordinal));
    }
}
