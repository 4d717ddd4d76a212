using System.Net;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Account.Pages.Manage;

/// <summary>The page on which people make API tokens for their scripts.</summary>
public sealed class TokensPageTests
{
    [Theory]
    [InlineData("Create", 200, 404, 404)]
    [InlineData("Receipts", 404, 200, 404)]
    [InlineData("Reveal", 404, 404, 200)]
    public async Task A_token_is_limited_to_its_scope_and_stops_working_when_revoked(
        string scope, int create, int receipts, int reveal)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/tokens");
        var token = await Make(reader, "laptop", (scope, "true"));
        Assert.Matches("^ots_[0-9A-Za-z]{40}$", token);
        var (key, _) = await server.Conceal("value");
        Assert.Equal(
            (create, receipts, reveal),
            (await Status(server, token, HttpMethod.Post, "share?secret=x"), await Status(server, token, HttpMethod.Get, "receipt/recent"),
                await Status(server, token, HttpMethod.Post, $"secret/{key.Text}")));

        await reader.SendForm("#revoke", ("Revoke", reader.Page.QuerySelector("#revoke button")!.GetAttribute("value")!));
        Assert.Contains("is revoked", reader.Text("[role=status]"), Ordinal);
        Assert.Equal(404, await Status(server, token, HttpMethod.Get, "authcheck"));
        Assert.False(reader.Has("#revoke button"));
    }

    [Fact]
    public async Task A_token_is_shown_once_and_its_curl_line_works_as_shown()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach, People.Mails);
        await server.AddAccount("o'brien@example.com");
        using var reader = await server.SignIn("o'brien@example.com", back: "/account/tokens");
        var token = await Make(reader, "laptop", ("Create", "true"));
        Assert.Equal("/account/tokens", reader.Path);
        Assert.True(reader.Answer.Headers.CacheControl!.NoStore);
        var line = reader.Text("#line").Replace("http://secrets.example.com", server.Origin, Ordinal);
        Assert.Contains("\"state\":\"new\"", await Bash.Run(line.Replace("curl ", "curl -s ", Ordinal)), Ordinal);
        await reader.Open("/account/tokens");
        Assert.DoesNotContain(token, reader.Page.DocumentElement.OuterHtml, Ordinal);
        Assert.Contains("last used, to the hour:", reader.Text("#revoke li"), Ordinal);
        Assert.DoesNotContain(log.Lines, text => text.Contains(token, Ordinal));
        Assert.Single(await server.Letters<AccountNoticeMail>(), mail => mail.Event == AccountEvent.TokenMade);
    }

    [Theory]
    [InlineData("name", "A name has 1 to 100 characters", "Name", " ")]
    [InlineData("name", "You have a token of this name", "Name", "taken")]
    [InlineData("expiry", "Choose a day from today on", "Date", "2020-01-01")]
    [InlineData("expiry", "Choose a day from today on", "Date", "9999-12-31")]
    [InlineData("expiry", "Choose a day from today on", "Date", "soon")]
    [InlineData("expiry", "Choose a day from today on", "Expiry", "-1")]
    public async Task A_mistake_is_shown_at_its_field_and_no_input_is_lost(string field, string message, string name, string value)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/tokens");
        await Make(reader, "taken", ("Create", "true"));
        var typed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Name"] = "<b>\"mine\"", ["Reveal"] = "true", ["Create"] = "false", ["Expiry"] = "custom",
            ["Date"] = $"{server.Clock.GetUtcNow().AddYears(1):yyyy-MM-dd}", [name] = value,
        };
        await reader.SendForm("#make", [.. typed.Select(pair => ($"Input.{pair.Key}", pair.Value))]);
        Assert.StartsWith(message, reader.Text($"#{field}-error"), Ordinal);
        Assert.StartsWith("Error: ", reader.Page.Title, Ordinal);
        Assert.Single(reader.Page.QuerySelectorAll("main [autofocus]"));
        Assert.Equal((typed["Name"], typed["Date"]), (reader.Value("#name"), reader.Value("#date")));
        Assert.True(reader.Has("[name='Input.Reveal'][checked]") && !reader.Has("[name='Input.Create'][checked]"));
        await using var db = server.Database();
        Assert.Equal(1, await db.ApiTokens.CountAsync());
    }

    [Fact]
    public async Task A_token_without_a_scope_is_refused()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/tokens");
        await reader.SendForm("#make", ("Input.Name", "laptop"), ("Input.Create", "false"));
        Assert.Equal("Allow it at least one thing.", reader.Text("#scopes-error"));
        Assert.Equal("laptop", reader.Value("#name"));
    }

    [Fact]
    public async Task A_token_expires_at_the_chosen_time_and_is_marked_as_expired()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/tokens");
        var today = server.Clock.GetUtcNow().UtcDateTime.Date;
        var dated = await Make(reader, "dated", ("Receipts", "true"), ("Expiry", "custom"), ("Date", $"{today:yyyy-MM-dd}"));
        var monthly = await Make(reader, "monthly", ("Receipts", "true"), ("Expiry", "30"));
        var endless = await Make(reader, "endless", ("Receipts", "true"), ("Expiry", "never"));
        Assert.Equal(200, await Status(server, dated, HttpMethod.Get, "authcheck"));
        server.Clock.SetUtcNow(new DateTimeOffset(today.AddDays(1), TimeSpan.Zero));
        Assert.Equal(404, await Status(server, dated, HttpMethod.Get, "authcheck"));
        Assert.Equal(200, await Status(server, monthly, HttpMethod.Get, "authcheck"));
        server.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(404, await Status(server, monthly, HttpMethod.Get, "authcheck"));
        Assert.Equal(200, await Status(server, endless, HttpMethod.Get, "authcheck"));
        using var later = await server.SignIn(back: "/account/tokens");
        var marked = later.Page.QuerySelectorAll("li:has(.tag) strong").Select(name => name.TextContent);
        Assert.Equal("dated, monthly", string.Join(", ", marked));
    }

    [Fact]
    public async Task An_account_has_at_most_100_tokens_even_if_many_are_made_at_once()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        var outcomes = await Verbs.AtOnce(104, i => server.Get<AddToken>().Run(
            account.Id, $"token {i}", TokenScopes.Create, null, null, CancellationToken.None));
        Assert.Equal(100, outcomes.Count(outcome => outcome is AddTokenOutcome.Made));
        Assert.Equal(4, outcomes.Count(outcome => outcome is AddTokenOutcome.TooMany(100)));
        using var reader = await server.SignIn(back: "/account/tokens");
        await reader.SendForm("#make", ("Input.Name", "one more"));
        Assert.StartsWith("You have 100 tokens", reader.Text("#form-error"), Ordinal);
    }

    [Fact]
    public async Task Only_its_owner_revokes_a_token_and_an_old_page_revokes_no_newer_token()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        await server.AddAccount("eve@example.com");
        using var owner = await server.SignIn(back: "/account/tokens");
        var token = await Make(owner, "laptop", ("Create", "true"));
        var id = owner.Page.QuerySelector("#revoke button")!.GetAttribute("value")!;
        using var eve = await server.SignIn("eve@example.com", back: "/account/tokens");
        await eve.SendForm("#revoke", ("Revoke", id));
        Assert.Contains("was revoked before", eve.Text("[role=status]"), Ordinal);
        Assert.Equal(200, await Status(server, token, HttpMethod.Get, "authcheck"));

        await owner.SendForm("#revoke", ("Revoke", id));
        var next = await Make(owner, "laptop", ("Create", "true"));
        await owner.SendForm("#revoke", ("Revoke", id));
        Assert.Equal(200, await Status(server, next, HttpMethod.Get, "authcheck"));
    }

    /// <summary>Makes a token with only the given scopes.</summary>
    private static async Task<string> Make(Reader reader, string name, params (string Name, string Value)[] fields)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["Name"] = name, ["Create"] = "false" };
        foreach (var (field, value) in fields)
            all[field] = value;
        await reader.SendForm("#make", [.. all.Select(pair => ($"Input.{pair.Key}", pair.Value))]);
        return reader.Text("#token");
    }

    private static async Task<int> Status(RunningServer server, string token, HttpMethod method, string path)
    {
        await using var db = server.Database();
        var email = (await db.Users.AsNoTracking().OrderBy(a => a.Created).FirstAsync()).Email!;
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1/{path}", UriKind.Relative));
        request.Headers.Authorization = RunningServer.Basic(email, token);
        using var answer = await server.Http.SendAsync(request);
        return (int)answer.StatusCode is var status && status is (int)HttpStatusCode.OK or (int)HttpStatusCode.NotFound ? status : -status;
    }
}
