namespace OneTimeSecret.Tests.Components.Account.Pages;

public sealed class ResetPasswordTests
{
    [Fact]
    public async Task A_reset_link_sets_the_password_once()
    {
        await using var server = await RunningServer.Start();
        var link = await server.Link();

        Assert.Contains("is set", await Submit(server, link, "three random words"), StringComparison.Ordinal);
        Assert.True(await server.Checks("three random words"));
        Assert.Contains("has been used", await Submit(server, link, "another password"), StringComparison.Ordinal);
        Assert.True(await server.Checks("three random words"));
    }

    [Fact]
    public async Task A_weak_password_is_refused_with_its_reason_and_the_link_still_works()
    {
        await using var server = await RunningServer.Start();
        var link = await server.Link();

        Assert.Contains("10 to 256 characters", await Submit(server, link, "short"), StringComparison.Ordinal);
        Assert.Contains("is set", await Submit(server, link, "three random words"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_with_a_changed_token_or_for_another_account_sets_nothing()
    {
        await using var server = await RunningServer.Start();
        var link = await server.Link();

        Assert.Contains("has been used", await Submit(server, link + "x", "three random words"), StringComparison.Ordinal);
        await server.AddWithoutPassword("other@example.com");
        var moved = link.Replace("owner", "other", StringComparison.Ordinal);
        Assert.Contains("has been used", await Submit(server, moved, "three random words"), StringComparison.Ordinal);
        Assert.False(await server.Checks("three random words"));
    }

    [Fact]
    public async Task A_POST_without_an_antiforgery_token_is_refused()
    {
        await using var server = await RunningServer.Start();
        var link = await server.Link();

        using var answer = await RunningServer.Post(server.Http, link, ("_handler", "reset"), ("Password", "three random words"));
        Assert.False(answer.IsSuccessStatusCode);
        Assert.False(await server.Checks("three random words"));
    }

    [Fact]
    public async Task The_page_forbids_foreign_scripts_storing_and_referrers()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.GetAsync(new Uri(await server.Link(), UriKind.Relative));

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task A_link_that_was_used_elsewhere_while_its_page_is_open_sets_nothing_more()
    {
        await using var server = await RunningServer.Start();
        var link = await server.Link();
        using var reader = await new Reader(server).Open(link);
        Assert.Contains("is set", await Submit(server, link, "three random words"), StringComparison.Ordinal);
        await reader.Send(("Password", "three other words"));
        Assert.Contains("has been used", reader.Text("#error"), StringComparison.Ordinal);
        Assert.True(await server.Checks("three random words"));
    }

    [Theory, InlineData("/reset"), InlineData("/reset?email=your%20account%20is%20locked&token=x")]
    public async Task The_page_of_an_invalid_link_repeats_nothing_of_its_address(string link)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(link);
        Assert.Contains("has been used", reader.Text("#error"), StringComparison.Ordinal);
        Assert.DoesNotContain("locked", reader.Text("main"), StringComparison.Ordinal);
        Assert.False(reader.Has("main form"));
    }

    /// <summary>Opens the page as a browser does. If it has a form, fills it in and sends it.</summary>
    private static async Task<string> Submit(RunningServer server, string link, string password)
    {
        var page = await server.Http.GetStringAsync(new Uri(link, UriKind.Relative));
        if (!page.Contains("__RequestVerificationToken", StringComparison.Ordinal))
            return page;
        var token = page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        using var answer = await RunningServer.Post(
            server.Http, link, ("_handler", "reset"), ("__RequestVerificationToken", token), ("Password", password));
        return await answer.Content.ReadAsStringAsync();
    }
}
