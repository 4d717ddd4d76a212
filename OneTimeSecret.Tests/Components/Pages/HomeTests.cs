using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

public sealed class HomeTests
{
    [Fact]
    public async Task What_was_typed_is_concealed_and_the_reader_comes_to_its_receipt()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", "the value"), ("Input.Lifetime", "3600"));

        Assert.Equal("Your link is ready", reader.Heading);
        var link = reader.Text("#link");
        Assert.StartsWith(server.Origin + "/secret/", link, Ordinal);
        var receipt = await server.Receipt(reader.Path.Split('/')[2]);
        Assert.Equal(3600, (int)receipt["ttl"]!);
        Assert.Equal("the value", await server.Reveal(link.Split('/')[^1]));
    }

    /// <summary>Browsers send every line break of a text box as CR LF; a pasted key with CR would be broken.</summary>
    [Theory]
    [InlineData("one\r\ntwo\r\n", "one\ntwo\n")]
    [InlineData("\r\n\r\nafter two", "\n\nafter two")]
    [InlineData("  blanks \t", "  blanks \t")]
    [InlineData("שלום 🔑 <b>&amp;", "שלום 🔑 <b>&amp;")]
    public async Task A_text_box_keeps_all_but_the_line_breaks_that_browsers_add(string sent, string kept)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", sent));
        Assert.Equal(kept, await server.Reveal(reader.Text("#link").Split('/')[^1]));
    }

    public static TheoryData<string, string, string, string> Mistakes() => new()
    {
        { "Input.Secret", "", "secret", "There is nothing to share yet" },
        { "Input.Secret", new string('x', 10_001), "secret", "This has 10,001 bytes, and at most 10,000 fit" },
        { "Input.Passphrase", "abc", "passphrase", "A passphrase has at least 4 characters" },
        { "Input.Passphrase", new string('x', 129), "passphrase", "A passphrase has at most 128 characters" },
        { "Input.Amount", "0", "lifetime", "a time between 1 minute and 7 days" },
        { "Input.Amount", "8", "lifetime", "a time between 1 minute and 7 days" },
        { "Input.Amount", "99999999999999999999", "lifetime", "a time between 1 minute and 7 days" },
        { "Input.Amount", "soon", "lifetime", "a time between 1 minute and 7 days" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_told_at_its_field_and_nothing_typed_is_lost(string name, string value, string field, string message)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        var typed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Input.Secret"] = "\nline one\nline \"two\" </textarea><b>", ["Input.Passphrase"] = "long enough",
            ["Input.Lifetime"] = "custom", ["Input.Amount"] = "2", ["Input.Unit"] = "86400", [name] = value,
        };
        await reader.Send([.. typed.Select(pair => (pair.Key, pair.Value))]);

        Assert.Equal(200, reader.Status);
        Assert.StartsWith("Error: ", reader.Page.Title, Ordinal);
        Assert.Contains(message, reader.Text($"#{field}-error"), Ordinal);
        Assert.Single(reader.Page.QuerySelectorAll("[role=alert]"));
        var faulty = reader.Page.QuerySelector($"[aria-invalid=true][autofocus]")!;
        Assert.Contains($"{field}-error", faulty.GetAttribute("aria-describedby")!, Ordinal);
        foreach (var (control, text) in typed)
            Assert.Equal(text, reader.Value($"main [name='{control}']:not([type=hidden])"));
        Assert.True(reader.Answer.Headers.CacheControl!.NoStore);
        Assert.Equal((0, 0), await Rows(server));
    }

    [Fact]
    public async Task One_client_too_many_is_told_in_the_form_and_nothing_typed_is_lost()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=1");
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", "one"));
        await reader.Open("/");
        await reader.Send(("Input.Secret", "two"));
        Assert.Equal(429, reader.Status);
        Assert.Equal(TimeSpan.FromMinutes(20), reader.Answer.Headers.RetryAfter!.Delta);
        Assert.Contains("Wait some minutes", reader.Text("#form-error"), Ordinal);
        Assert.Equal("two", reader.Value("#secret"));
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await reader.Send(("Input.Secret", "two"));
        Assert.Equal("Your link is ready", reader.Heading);
    }

    [Fact]
    public async Task A_busy_server_is_told_in_the_form_and_nothing_typed_is_lost()
    {
        await using var server = await RunningServer.Start("--Passphrases:Concurrency=1", "--Passphrases:QueueLength=0");
        using var reader = await new Reader(server).Open("/");
        using (await server.Get<HashingGate>().Enter(CancellationToken.None))
            await reader.Send(("Input.Secret", "kept"), ("Input.Passphrase", "long enough"));
        Assert.Equal((503, "kept", "long enough"), (reader.Status, reader.Value("#secret"), reader.Value("#passphrase")));
        Assert.Contains("Try again in a few seconds", reader.Text("#form-error"), Ordinal);
        Assert.Equal((0, 0), await Rows(server));
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_in_the_form_and_nothing_typed_is_lost()
    {
        await using var server = await RunningServer.Start("--Storage:BusySeconds=1");
        using var reader = await new Reader(server).Open("/");
        await using (new Storage.WriteLock(server))
            await reader.Send(("Input.Secret", "kept"));
        Assert.Equal((503, "kept"), (reader.Status, reader.Value("#secret")));
        await reader.Send();
        Assert.Equal("Your link is ready", reader.Heading);
    }

    [Fact]
    public async Task The_password_that_was_shown_is_the_one_that_is_concealed()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send("another", ("Input.Kind", "made"), ("Input.Length", "30"));
        var shown = reader.Text("#password");
        Assert.Equal(30, shown.Length);
        await reader.Send();
        Assert.Equal(shown, await server.Reveal(reader.Text("#link").Split('/')[^1]));
    }

    /// <summary>Without script the page cannot make one as soon as the length or the kinds change.</summary>
    [Fact]
    public async Task A_password_that_does_not_fit_is_made_anew_and_its_receipt_alone_shows_it_once()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", "not asked for"), ("Input.Kind", "made"), ("Input.Length", "30"));
        Assert.Equal((200, "Your link is ready"), (reader.Status, reader.Heading));
        var (receipt, key, made) = (reader.Path, reader.Text("#link").Split('/')[^1], reader.Text("#made"));
        Assert.Equal(30, made.Length);
        Assert.True(reader.Answer.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(reader.Cookies.GetAllCookies(), cookie => cookie.Name.Contains("made", Ordinal));
        await reader.Open(receipt);
        Assert.DoesNotContain(made, reader.Page.DocumentElement.OuterHtml, Ordinal);
        Assert.Equal(made, await server.Reveal(key));
    }

    [Fact]
    public async Task A_made_password_waits_sealed_for_its_own_receipt_and_not_for_long()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Kind", "made"), ("Input.Length", "30"));
        var (one, made) = (reader.Path, reader.Text("#made"));
        var (_, other) = await server.Share("x");
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = server.Http.BaseAddress,
        };
        var (cookie, receipt) = await Create(http);
        Assert.DoesNotContain(made, cookie, Ordinal);
        Assert.DoesNotContain("id=\"made\"", await Look(one), Ordinal);
        Assert.DoesNotContain("id=\"made\"", await Look($"/receipt/{other}"), Ordinal);
        Assert.Contains("id=\"made\"", await Look(receipt), Ordinal);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("id=\"made\"", await Look(receipt), Ordinal);

        async Task<string> Look(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", cookie } } };
            using var answer = await http.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task The_characters_of_each_kind_stand_in_the_page_for_its_script()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        foreach (var kind in Enum.GetValues<CharacterSets>().Where(set => int.IsPow2((int)set)))
            Assert.Equal(PasswordRecipe.CharactersOf(kind), reader.Page.QuerySelector($"#{kind}")!.GetAttribute("data-characters"));
    }

    /// <summary>The framework binds a field that was not sent as null.</summary>
    [Theory, InlineData("own", false), InlineData("made", true), InlineData("", false)]
    public async Task A_form_that_lacks_fields_is_read_as_one_whose_fields_are_empty(string kind, bool created)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        using var answer = await reader.Fetch(
            "/", ("_handler", "create"), ("__RequestVerificationToken", reader.Value("[name=__RequestVerificationToken]")),
            ("Input.Kind", kind), ("Input.Length", "30"), ("Input.Lifetime", "3600"));
        Assert.Equal((200, created), ((int)answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath is not "/"));
    }

    [Fact]
    public async Task A_mistake_elsewhere_in_the_form_shows_a_password_as_it_is_asked_for()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Kind", "made"), ("Input.Length", "30"), ("Input.Passphrase", "abc"));
        Assert.Equal(30, reader.Text("#password").Length);
        var shown = reader.Text("#password");
        await reader.Send(("Input.Passphrase", ""));
        Assert.False(reader.Has("#made"));
        Assert.Equal(shown, await server.Reveal(reader.Text("#link").Split('/')[^1]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("129")]
    [InlineData("")]
    [InlineData("many")]
    public async Task A_length_that_is_none_is_told_at_its_field(string length)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        foreach (var press in new[] { "another", "create" })
        {
            await reader.Send(press, ("Input.Kind", "made"), ("Input.Length", length));
            Assert.Contains("from 1 to 128", reader.Text("#length-error"), Ordinal);
            Assert.Equal(length, reader.Value("#length"));
        }
    }

    [Fact]
    public async Task A_passphrase_is_made_on_request_and_shown()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send("passphrase", ("Input.Secret", "value"));
        var passphrase = reader.Value("#passphrase");
        Assert.Equal((12, "value"), (passphrase.Length, reader.Value("#secret")));
        Assert.True(reader.Has("#passphrase[type=text]"));
        await reader.Send();
        var key = reader.Text("#link").Split('/')[^1];
        Assert.Null(await server.Reveal(key));
        Assert.Equal("value", await server.Reveal(key, passphrase));
    }

    [Fact]
    public async Task Only_lifetimes_that_the_server_grants_are_offered()
    {
        await using var server = await RunningServer.Start(
            "--Secrets:MinTtl=1800", "--Secrets:MaxTtlAnonymous=86400", "--Secrets:DefaultTtl=5400");
        using var reader = await new Reader(server).Open("/");
        var offered = reader.Page.QuerySelectorAll("#lifetime option").Select(option => option.TextContent);
        Assert.Equal("30 minutes, 1 hour, 90 minutes, 4 hours, 12 hours, 1 day, Another time …", string.Join(", ", offered));
        Assert.Equal("5400", reader.Value("#lifetime"));
    }

    /// <summary>Asks for a password, and takes the cookie and the address of the receipt without going there.</summary>
    private static async Task<(string Cookie, string Receipt)> Create(HttpClient http)
    {
        using var page = await http.GetAsync(new Uri("/", UriKind.Relative));
        var token = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync())
            .QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Headers = { { "Cookie", Given(page) } },
            Content = new FormUrlEncodedContent(
            [
                new("_handler", "create"), new("__RequestVerificationToken", token), new("Input.Do", "create"),
                new("Input.Kind", "made"), new("Input.Length", "30"), new("Input.Lifetime", "3600"),
            ]),
        };
        using var answer = await http.SendAsync(request);
        return (Given(answer), answer.Headers.Location!.ToString());

        static string Given(HttpResponseMessage from) => from.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static async Task<(int Secrets, int Receipts)> Rows(RunningServer server)
    {
        await using var db = server.Database();
        return (db.Secrets.Count(), db.Receipts.Count());
    }
}
