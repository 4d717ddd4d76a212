using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

/// <summary>
/// A form with an invalid antiforgery token does nothing. If it was sent from a page of this site, it is returned with its input.
/// </summary>
public sealed class StaleFormsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Refused = "This form could not be taken";

    private RunningServer Server => shared.Server;

    private static readonly (string Name, string Value)[] Typed =
    [
        ("Input.Secret", "\ntyped <b>& not lost\n"), ("Input.Passphrase", "a passphrase that was typed"), ("Input.Lifetime", "custom"),
        ("Input.Amount", "2"), ("Input.Unit", "86400"), ("Input.Recipient", "friend@example.com"), ("Input.Length", "77"),
    ];

    [Theory]
    [InlineData("same-origin", null), InlineData("same-origin", "null"), InlineData(null, "own"), InlineData("same-origin", "own")]
    public async Task A_stale_form_from_this_site_returns_its_input_without_the_passphrase(string? site, string? origin)
    {
        var before = await Rows();
        using var reader = await From(site, origin).Open("/");
        await reader.SendStale("main form", [.. Typed, ("Input.Do", "create")]);

        Assert.Equal(400, reader.Status);
        Assert.True(reader.Answer.Headers.CacheControl!.NoStore);
        Assert.StartsWith("Error: ", reader.Page.Title, Ordinal);
        Assert.Equal(Sentence("enter the passphrase again and press"), reader.Text("#passphrase-error"));
        Assert.Single(reader.Page.QuerySelectorAll("[role=alert]"));
        Assert.True(reader.Has("#passphrase[autofocus][aria-invalid=true]"));
        foreach (var (name, value) in Typed)
            Assert.Equal(name is "Input.Passphrase" ? "" : value, reader.Value($"main [name='{name}']"));
        Assert.DoesNotContain("a passphrase", reader.Page.DocumentElement.OuterHtml, Ordinal);
        Assert.Equal(before, await Rows());

        await reader.Send(("Input.Passphrase", "another passphrase"), ("Input.Recipient", ""));
        Assert.Equal("Your link is ready", reader.Heading);
        Assert.Equal("\ntyped <b>& not lost\n", await Server.Reveal(reader.Text("#link").Split('/')[^1], "another passphrase"));
    }

    [Fact]
    public async Task A_stale_form_without_a_passphrase_keeps_its_generated_password_and_says_to_press_again()
    {
        using var reader = await From("same-origin", "null").Open("/");
        var password = reader.Text("#password");
        await reader.SendStale(
            "main form", ("Input.Kind", "made"), ("Input.Lifetime", "3600"), ("Input.Symbols", "true"), ("Input.Do", "create"));
        Assert.Equal((400, Sentence("press"), password), (reader.Status, reader.Text("#form-error"), reader.Text("#password")));
        Assert.Equal("3600", reader.Value("#lifetime"));
        Assert.True(reader.Has("#made[checked]"));
    }

    /// <summary>Another site that makes a browser post here must not be able to put text on a page of this site.</summary>
    [Theory]
    [InlineData(null, null), InlineData(null, "null"), InlineData(null, "https://evil.example"), InlineData(null, "own own")]
    [InlineData("cross-site", "null"), InlineData("same-site", "null"), InlineData("none", "null"), InlineData("cross-site", "own")]
    [InlineData("same-origin", "https://evil.example"), InlineData("same-origin, same-origin", "null"), InlineData("", "null")]
    public async Task A_stale_form_that_may_come_from_another_site_returns_nothing_of_its_input(string? site, string? origin)
    {
        using var reader = await From(site, origin).Open("/");
        await reader.SendStale("main form", [.. Typed, ("Input.Do", "create")]);
        Assert.Equal((400, Refused), (reader.Status, reader.Heading));
        Assert.DoesNotContain("not lost", reader.Page.DocumentElement.OuterHtml, Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_only_the_configured_address_counts_as_this_site()
    {
        await using var server = await RunningServer.Start("--Site:PublicUrl=https://secrets.example.com");
        foreach (var (origin, back) in new[]
                 {
                     ("https://secrets.example.com", true), ("http://secrets.example.com", false), (server.Origin, false),
                 })
        {
            using var reader = new Reader(server);
            reader.Headers.Add("Origin", origin);
            await reader.Open("/");
            await reader.SendStale("main form", ("Input.Secret", "typed"), ("Input.Do", "create"));
            Assert.Equal((origin, 400, back), (origin, reader.Status, reader.Has("#secret")));
        }
    }

    [Fact]
    public async Task A_stale_form_that_is_too_large_is_not_shown_again()
    {
        using var reader = await From("same-origin", "null").Open("/");
        await reader.SendStale("main form", ("Input.Secret", new string('x', 600_000)), ("Input.Do", "create"));
        Assert.Equal((400, Refused), (reader.Status, reader.Heading));
    }

    [Theory, InlineData(null), InlineData("the passphrase")]
    public async Task A_stale_form_to_show_or_destroy_a_secret_does_nothing_and_says_to_press_again(string? passphrase)
    {
        var (key, metadata) = await Server.Conceal("the value", passphrase);
        var (asked, heading) = passphrase is null ? (".error", "press") : ("#passphrase-error", "enter the passphrase again and press");
        using var reader = From("same-origin", "null");
        foreach (var page in new[] { $"/receipt/{metadata.Text}/burn", $"/secret/{key.Text}" })
        {
            await reader.Open(page);
            await reader.SendStale("main form", ("Passphrase", passphrase ?? ""));
            Assert.Equal((page, 400, Sentence(heading)), (page, reader.Status, reader.Text(asked)));
            Assert.StartsWith("Error: ", reader.Page.Title, Ordinal);
            Assert.DoesNotContain("the passphrase\"", reader.Page.DocumentElement.OuterHtml, Ordinal);
        }
        await reader.Send(("Passphrase", passphrase ?? ""));
        Assert.Equal("the value", reader.Text("#value"));

        await reader.Open($"/receipt/{metadata.Text}");
        Assert.Equal("Your secret was opened", reader.Heading);
    }

    [Fact]
    public async Task A_stale_form_for_a_secret_that_is_gone_says_that_it_is_gone()
    {
        var (key, metadata) = await Server.Conceal("the value");
        using var secret = await From("same-origin", "null").Open($"/secret/{key.Text}");
        using var burn = await From("same-origin", "null").Open($"/receipt/{metadata.Text}/burn");
        await Server.TryReveal(key);
        await secret.SendStale("main form");
        Assert.Equal((404, "There is no secret here"), (secret.Status, secret.Heading));
        await burn.SendStale("main form");
        Assert.Equal((200, "Your secret was opened"), (burn.Status, burn.Heading));
    }

    [Fact]
    public async Task A_stale_form_of_a_receipt_says_to_press_again()
    {
        await Server.AddAccount();
        var (_, metadata) = await Server.Conceal("the value");
        using var reader = From("same-origin", "null");
        await reader.SignIn(back: $"/receipt/{metadata.Text}");
        await reader.SendStale("section:has(#adopt) form");
        Assert.Equal((400, Sentence("press")), (reader.Status, reader.Text("[role=alert]")));
        Assert.True(reader.Has("#link"));
        await reader.SendForm("section:has(#adopt) form");
        Assert.Equal("This receipt is in your secrets now.", reader.Text(".note[role=status]"));
    }

    private Reader From(string? site, string? origin)
    {
        var reader = new Reader(Server);
        if (site is not null)
            reader.Headers.Add("Sec-Fetch-Site", site);
        foreach (var one in origin?.Split(' ') ?? [])
            reader.Headers.TryAddWithoutValidation("Origin", one is "own" ? Server.Origin : one);
        return reader;
    }

    private static string Sentence(string then) =>
        $"This page was open too long or its cookie is gone, so nothing was done yet: {then} the button once more.";

    private async Task<int> Rows()
    {
        await using var db = Server.Database();
        return await db.Receipts.CountAsync();
    }
}
