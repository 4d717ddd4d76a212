using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Pages;

public sealed class HomeTests
{
    [Fact]
    public async Task The_typed_secret_is_concealed_and_its_receipt_is_shown()
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

    /// <summary>Browsers send every line break of a text box as CR LF. The CR would break a pasted key.</summary>
    [Theory]
    [InlineData("one\r\ntwo\r\n", "one\ntwo\n")]
    [InlineData("\r\n\r\nafter two", "\n\nafter two")]
    [InlineData("  blanks \t", "  blanks \t")]
    [InlineData("שלום 🔑 <b>&amp;", "שלום 🔑 <b>&amp;")]
    public async Task Typed_text_is_kept_except_that_its_line_breaks_become_LF(string sent, string kept)
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
    public async Task A_mistake_is_shown_at_its_field_and_no_input_is_lost(string name, string value, string field, string message)
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
    public async Task An_exceeded_rate_limit_is_reported_in_the_form_and_no_input_is_lost()
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
    public async Task A_busy_server_is_reported_in_the_form_and_no_input_is_lost()
    {
        await using var server = await RunningServer.Start("--Passphrases:Concurrency=1", "--Passphrases:QueueLength=0");
        using var reader = await new Reader(server).Open("/");
        using (await server.HashingSlot())
            await reader.Send(("Input.Secret", "kept"), ("Input.Passphrase", "long enough"));
        Assert.Equal((503, "kept", "long enough"), (reader.Status, reader.Value("#secret"), reader.Value("#passphrase")));
        Assert.Contains("Try again in a few seconds", reader.Text("#form-error"), Ordinal);
        Assert.Equal((0, 0), await Rows(server));
    }

    [Fact]
    public async Task A_locked_database_is_reported_in_the_form_and_no_input_is_lost()
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
    public async Task The_password_that_was_shown_is_the_one_that_is_shared()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        await reader.Send("another", ("Input.Kind", "made"), ("Input.Length", "30"));
        var shown = reader.Text("#password");
        Assert.Equal(30, shown.Length);
        await reader.Send();
        Assert.Equal(shown, await server.Reveal(reader.Text("#link").Split('/')[^1]));
    }

    /// <summary>Without script the page cannot make a new password when the length or the kinds change.</summary>
    [Fact]
    public async Task A_password_that_does_not_fit_its_options_is_made_anew_and_shown_once_on_its_receipt()
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
    public async Task The_cookie_of_a_generated_password_is_sealed_bound_to_its_receipt_and_valid_for_a_minute()
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
    public async Task The_page_tells_its_script_the_characters_of_each_kind()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        foreach (var kind in Enum.GetValues<CharacterSets>().Where(set => int.IsPow2((int)set)))
            Assert.Equal(PasswordRecipe.CharactersOf(kind), reader.Page.QuerySelector($"#{kind}")!.GetAttribute("data-characters"));
    }

    /// <summary>The framework binds a field that was not sent as null.</summary>
    [Theory, InlineData("own", false), InlineData("made", true), InlineData("", false)]
    public async Task Missing_fields_of_the_form_are_read_as_empty(string kind, bool created)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open("/");
        using var answer = await reader.Fetch(
            "/", ("_handler", "create"), ("__RequestVerificationToken", reader.Value("[name=__RequestVerificationToken]")),
            ("Input.Kind", kind), ("Input.Length", "30"), ("Input.Lifetime", "3600"));
        Assert.Equal((200, created), ((int)answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath is not "/"));
    }

    [Fact]
    public async Task After_a_mistake_elsewhere_the_form_shows_a_password_with_the_chosen_options()
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
    public async Task An_invalid_password_length_is_reported_at_its_field(string length)
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
    public async Task A_passphrase_is_made_on_request_shown_and_needed()
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

    /// <summary>Creates a password, and returns the cookie and the address of the receipt without opening it.</summary>
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
