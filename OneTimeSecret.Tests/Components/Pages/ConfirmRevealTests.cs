using System.Net;
using OneTimeSecret.Web.Components.Pages;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

/// <summary>
/// <c>Secrets:ConfirmReveal</c>: the page of a link tells people from programs. What scripts do is tested in a browser, too
/// (<c>ByHandTests</c>).
/// </summary>
public sealed class ConfirmRevealTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _key = "";
    private string _metadata = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Secrets:ConfirmReveal=true");
        (_key, _metadata) = await _server.Share("the value");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Without_script_a_person_is_asked_a_second_time()
    {
        using var reader = await Open();
        Read();
        await reader.Send();
        Assert.Equal(("Show the secret now?", $"/secret/{_key}?confirm=true"), (reader.Heading, reader.Path));
        Read();
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
    }

    [Fact]
    public async Task A_press_by_hand_that_the_script_has_seen_reveals_at_once()
    {
        using var reader = await Open();
        Read();
        await reader.Send(("ByHand", "true"));
        Assert.Equal("the value", reader.Text("#value"));
    }

    [Theory, InlineData("ByHand"), InlineData("Other")]
    public async Task A_press_that_comes_too_soon_loses_nothing_and_can_be_repeated(string field)
    {
        using var reader = await Open();
        if (field is not "ByHand")
            await reader.Send();
        for (var i = 0; i < 3; i++) // each page begins anew
        {
            _server.Clock.Advance(RevealTicket.Youngest - TimeSpan.FromMilliseconds(1));
            await reader.Send((field, "true"));
            Assert.StartsWith("That was a little too quick", reader.Text("[role=alert]"), Ordinal);
            Assert.StartsWith("Error: ", reader.Page.Title, Ordinal);
        }
        Read();
        await reader.Send((field, "true"));
        Assert.Equal("the value", reader.Text("#value"));
    }

    /// <summary>Programs that open links: they load pages, follow buttons as soon as a page is there, and guess fields.</summary>
    [Fact]
    public async Task Programs_that_open_links_and_press_buttons_reveal_nothing()
    {
        var (other, _) = await _server.Share("another");
        using var reader = await Open();
        foreach (var header in (string[])["none", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch", "X-Moz: prefetch"])
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Options])
        foreach (var query in (string[])["", "?confirm=true", "?soon=true"])
        {
            using var request = new HttpRequestMessage(method, new Uri($"/secret/{_key}{query}", UriKind.Relative));
            if (header is not "none")
                request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
            using var answer = await _server.Http.SendAsync(request);
            Assert.DoesNotContain("the value", await answer.Content.ReadAsStringAsync(), Ordinal);
        }

        await reader.Open($"/secret/{other}?confirm=true");
        var foreign = reader.Value("[name=Seen]");
        foreach (var page in (string[])["", "?confirm=true"])
        foreach (var fields in ((string, string)[][])
            [[], [("ByHand", "true")], [("Seen", "")], [("Seen", "forged"), ("ByHand", "true")], [("Seen", foreign)],
                [("Seen", foreign), ("ByHand", "true")], [("Passphrase", "x")]])
        {
            await reader.Open($"/secret/{_key}{page}");
            for (var press = 0; press < 3; press++) // on each page that follows, as soon as it has loaded
                await reader.Send(press == 0 ? fields : []);
            Assert.False(reader.Has("#value"));
        }
        Read();
        await reader.Open($"/secret/{_key}");
        await reader.Send(("Seen", foreign), ("ByHand", "true"));
        Assert.False(reader.Has("#value"));
        Assert.Equal("new", (string?)(await _server.Receipt(_metadata))["state"]);
    }

    [Fact]
    public async Task A_secret_with_a_passphrase_is_not_asked_for_twice()
    {
        var (key, _) = await _server.Share("guarded", ("passphrase", "right"));
        using var reader = await new Reader(_server).Open($"/secret/{key}");
        Assert.False(reader.Has("[name=Seen]"));
        await reader.Send(("Passphrase", "right"));
        Assert.Equal("guarded", reader.Text("#value"));
    }

    [Fact]
    public async Task The_API_and_secrets_that_are_gone_do_not_ask()
    {
        using var reader = await Open();
        Assert.Equal("the value", await _server.Reveal(_key));
        await reader.Send();
        Assert.Equal((404, "There is no secret here"), (reader.Status, reader.Heading));
    }

    [Fact]
    public async Task Without_the_option_the_page_reveals_at_once()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("the value");
        using var reader = await new Reader(server).Open($"/secret/{key}?confirm=true&soon=true");
        Assert.Equal((HttpStatusCode.OK, false), (reader.Answer.StatusCode, reader.Has("[name=Seen], [role=alert]")));
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
    }

    private Task<Reader> Open() => new Reader(_server).Open($"/secret/{_key}");

    /// <summary>A person reads the page.</summary>
    private void Read() => _server.Clock.Advance(RevealTicket.Youngest);
}
