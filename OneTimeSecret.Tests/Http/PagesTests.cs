using System.Net.Http.Headers;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

/// <summary>Rules for every page: its headers, who may post, and that opening it changes nothing.</summary>
public sealed class PagesTests
{
    /// <summary>User agents that open links before people do: previews of chats and mails, scanners, search engines, scripts.</summary>
    private static readonly string[] Lookers =
    [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slack-ImgProxy (+https://api.slack.com/robots)",
        "Twitterbot/1.0", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "Facebot", "LinkedInBot/1.0",
        "WhatsApp/2.23.20.0", "TelegramBot (like TwitterBot)", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "SkypeUriPreview Preview/0.5", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
        "Mozilla/5.0 (compatible; MicrosoftPreview/2.0)", "ms-office; MSOffice 16", "Iframely/1.3.1", "Mastodon/4.2.1 (http.rb/5.1.1)",
        "Signal-Android/6.40", "Viber/20.0", "Googlebot/2.1 (+http://www.google.com/bot.html)", "bingbot/2.0", "Applebot/0.1",
        "Barracuda Sentinel (EE)", "Mozilla/5.0 (compatible; proofpoint)", "curl/8.5.0", "python-requests/2.31",
    ];

    [Fact]
    public async Task GET_HEAD_and_OPTIONS_of_link_previews_and_scanners_change_nothing()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value");
        string[] paths = [$"/secret/{key}", $"/shared/{key}", $"/receipt/{metadata}", $"/private/{metadata}", $"/receipt/{metadata}/burn"];
        foreach (var path in paths)
        foreach (var looker in Lookers)
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            request.Headers.TryAddWithoutValidation("User-Agent", looker);
            request.Headers.Add("Sec-Purpose", "prefetch;prerender");
            request.Headers.Add("Purpose", "prefetch");
            request.Headers.Add("X-Moz", "prefetch");
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(method == HttpMethod.Options ? 404 : 200, (int)answer.StatusCode);
            var body = await answer.Content.ReadAsStringAsync();
            Assert.Equal(method == HttpMethod.Head, body.Length == 0);
            Assert.DoesNotContain("the value", body, Ordinal);
        }
        Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        Assert.Equal("the value", await server.Reveal(key));
    }

    [Fact]
    public async Task The_page_of_a_link_has_no_preview_metadata_and_the_same_title_for_every_key()
    {
        await using var server = await RunningServer.Start();
        var (plain, _) = await server.Share("the value");
        var (locked, _) = await server.Share("the value", ("passphrase", "long enough"));
        var titles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in new[] { plain, locked, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x" })
        {
            using var reader = await new Reader(server).Open($"/secret/{key}");
            titles.Add(reader.Page.Title!);
            Assert.False(reader.Has("meta[name]:not([name=viewport], [name=color-scheme]), meta[property]"));
            Assert.False(reader.Has("link[rel=alternate], script[type='application/ld+json']"));
        }
        Assert.Single(titles);
    }

    [Fact]
    public async Task Pages_with_keys_forbid_storing_indexing_referrers_and_framing()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("the value");
        string[] paths =
            [$"/secret/{key}", $"/shared/{key}", $"/receipt/{metadata}", $"/private/{metadata}/burn", "/secret/x", "/nope"];
        foreach (var path in paths)
        {
            using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal("noindex, nofollow", Single(answer.Headers, "X-Robots-Tag"));
            Assert.StartsWith("no-store", Single(answer.Headers, "Cache-Control"), Ordinal);
            Assert.Equal("no-referrer", Single(answer.Headers, "Referrer-Policy"));
            Assert.Equal("nosniff", Single(answer.Headers, "X-Content-Type-Options"));
            Assert.Equal("same-origin", Single(answer.Headers, "Cross-Origin-Opener-Policy"));
            var policy = Single(answer.Headers, "Content-Security-Policy");
            Assert.StartsWith("default-src 'none';", policy, Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, Ordinal);
            Assert.DoesNotContain("unsafe", policy, Ordinal);
        }
        using var home = await server.Http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.False(home.Headers.Contains("X-Robots-Tag"));
        Assert.StartsWith("no-store", Single(home.Headers, "Cache-Control"), Ordinal);
    }

    [Theory]
    [InlineData("/"), InlineData("/nope"), InlineData("/app.css"), InlineData("/api/v1/status"), InlineData("/api/v1/nope")]
    [InlineData("/health/live"), InlineData("/docs/api/explorer"), InlineData("/openapi/v1.json")]
    public async Task Every_answer_denies_devices_and_other_origins_but_leaves_copy_buttons_and_passkeys(string path)
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("same-origin", Single(answer.Headers, "Cross-Origin-Resource-Policy"));
        var policy = Single(answer.Headers, "Permissions-Policy").Split(", ");
        foreach (var denied in (string[])["camera", "microphone", "geolocation", "payment", "usb", "serial", "midi"])
            Assert.Contains($"{denied}=()", policy, StringComparer.Ordinal);
        Assert.Equal(
            ["clipboard-write=(self)", "publickey-credentials-create=(self)", "publickey-credentials-get=(self)"],
            policy.Where(feature => !feature.EndsWith("=()", Ordinal)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_form_without_a_valid_antiforgery_token_and_cookie_does_nothing_and_says_so()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("the value", "right");
        await server.Spend(key, 20);
        foreach (var (path, form) in new[]
                 {
                     ("/", "create"), ($"/secret/{key.Text}", "reveal"), ($"/receipt/{metadata.Text}", "lift"),
                     ($"/receipt/{metadata.Text}/burn", "burn"),
                 })
        foreach (var token in new[] { "", "CfDJ8NY4KLGuJJNHmoAY2oqYWg", await Token(path) })
        {
            // Without the cookie that belongs to the token.
            using var stranger = new HttpClient { BaseAddress = server.Http.BaseAddress };
            using var answer = await RunningServer.Post(
                stranger, path, ("_handler", form), ("__RequestVerificationToken", token), ("Input.Secret", "x"), ("Passphrase", "right"));
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Contains("This form could not be taken", await answer.Content.ReadAsStringAsync(), Ordinal);
        }
        var receipt = await server.Receipt(metadata);
        Assert.Equal((ReceiptState.New, 20, true), (receipt.State, receipt.WrongTries, receipt.AnyLocked));
        await using var db = server.Database();
        Assert.Equal(1, db.Receipts.Count());

        async Task<string> Token(string path)
        {
            using var other = await new Reader(server).Open(path);
            return other.Has("[name=__RequestVerificationToken]") ? other.Value("[name=__RequestVerificationToken]") : "";
        }
    }

    /// <summary>TLS may end at a proxy that the server does not know. The server would then redirect to an http: address.</summary>
    [Fact]
    public async Task A_redirect_contains_only_the_path()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("the value", ("passphrase", "long enough"));
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Http.BaseAddress };
        var page = await browser.GetStringAsync(new Uri($"/secret/{key}", UriKind.Relative));
        var token = page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        using var answer = await RunningServer.Post(
            browser, $"/secret/{key}", ("_handler", "reveal"), ("__RequestVerificationToken", token), ("Passphrase", "wrong one"));
        Assert.Equal((302, $"/secret/{key}?wrong=true"), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
        using var odd = await RunningServer.Post(
            browser, "/secret/a%0D%0Ab%C3%A9", ("_handler", "reveal"), ("__RequestVerificationToken", token));
        Assert.Equal((302, "/secret/a%0D%0Ab%C3%A9"), ((int)odd.StatusCode, odd.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("https://secrets.example.com", "__Host-ots-")]
    [InlineData("http://secrets.example.com", "ots-")]
    public async Task The_antiforgery_cookie_is_secure_if_the_public_address_uses_https(string address, string start)
    {
        // The public address decides, whatever a proxy says, because browsers see that address.
        await using var server = await RunningServer.Start($"--Site:PublicUrl={address}");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        request.Headers.Host = new Uri(address).Host;
        using var answer = await server.Http.SendAsync(request);
        var cookie = Single(answer.Headers, "Set-Cookie");
        Assert.StartsWith(start, cookie, Ordinal);
        Assert.EndsWith("samesite=lax; httponly", cookie, Ordinal);
        var secure = address.StartsWith("https", Ordinal);
        Assert.Equal((secure, secure), (cookie.Contains("; secure", Ordinal), answer.Headers.Contains("Strict-Transport-Security")));
    }

    private static string Single(HttpResponseHeaders headers, string name) => Assert.Single(headers.GetValues(name));
}
