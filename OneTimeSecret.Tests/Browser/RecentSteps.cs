using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What owners do with the list of their secrets, and what is on it.</summary>
internal static class RecentSteps
{
    public static async Task<SignedIn> Owner(this RunningServer server, string email = People.Email)
    {
        var account = await server.AddAccount(email);
        return new SignedIn(account.Id, email, MayMail: true, TokenScopes.All);
    }

    public static ILocator Rows(this Visit visit) => visit.Page.Locator(".grid tbody tr");

    /// <summary>What the server renders once it has taken the list over.</summary>
    public static ILocator Grid(this Visit visit) => visit.Page.Locator("main .mud-data-grid");

    /// <summary>Waits until the server has taken the list over.</summary>
    public static Task IsLive(this Visit visit) => Expect(visit.Page.Locator("form[data-live]")).ToBeAttachedAsync();

    /// <summary>Keeps pages plain until what it returns is called.</summary>
    public static async Task<Action> HoldsCircuits(this Visit visit)
    {
        var go = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/_framework/*", async route =>
        {
            await go.Task;
            await route.ContinueAsync();
        });
        return go.SetResult;
    }

    /// <summary>Goes on in the session of a reader who has signed in.</summary>
    public static Task GoesOnFor(this Visit visit, Reader reader) => visit.Page.Context.AddCookiesAsync(
        reader.Cookies.GetAllCookies().Select(cookie => new Cookie
        {
            Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly,
        }));

    /// <summary>What the list calls a secret.</summary>
    public static string ShortId(this MetadataKey key) => Convert.ToHexStringLower(key.Id.AsSpan(0, 4));

    /// <summary>Conceals something, a second after what was concealed before it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="recipients">Whom it went to: written into the receipt, without a mail.</param>
    /// <param name="passphrase">Its passphrase.</param>
    /// <param name="ttl">Its lifetime in seconds.</param>
    public static async Task<(SecretKey Key, MetadataKey Metadata)> ShareAs(
        this RunningServer server, SignedIn owner, string[]? recipients = null, string? passphrase = null, long? ttl = null)
    {
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var keys = await server.Conceal("a value", passphrase, ttl, owner);
        if (recipients is null)
            return keys;
        var addresses = recipients.Select(text => EmailAddress.Parse(text)!).ToList();
        await using var db = server.Database();
        var receipt = db.Entry(await db.Receipts.SingleAsync(r => r.Id == keys.Metadata.Id));
        receipt.Property(r => r.Recipients).CurrentValue = [.. addresses.Select(address => address.Obfuscated)];
        receipt.Property(r => r.RecipientHash).CurrentValue = addresses[0].Hash(server.Get<KeyRing>());
        await db.SaveChangesAsync();
        return keys;
    }

    /// <summary>Conceals a page and a little more, in every state and to all sorts of recipients, the newest unread.</summary>
    public static async Task ShareAll(this RunningServer server, SignedIn owner)
    {
        string[] many = [.. Enumerable.Range(0, 10).Select(i => $"somebody{i}@subsidiary{i}.example.photography")];
        for (var i = 0; i < 20; i++)
            await server.ShareAs(owner, i % 3 == 0 ? [$"anna{i}@example.com"] : null);
        server.Clock.Advance(TimeSpan.FromDays(2));
        var (_, missing) = await server.ShareAs(owner);
        await using (var db = server.Database())
            await db.Secrets.Where(secret => secret.ReceiptId == missing.Id).ExecuteDeleteAsync();
        await server.ShareAs(owner, ["anna@example.com"], ttl: 7200);
        server.Clock.Advance(TimeSpan.FromHours(3));
        var (opened, _) = await server.ShareAs(owner, ["bob@example.co.uk"], Steps.Passphrase);
        await server.TryReveal(opened, Steps.Passphrase);
        var (_, destroyed) = await server.ShareAs(owner, many[..2]);
        await server.TryBurn(destroyed);
        await server.ShareAs(owner, many, new string('p', 64));
        await server.ShareAs(owner, passphrase: Steps.Passphrase, ttl: 2_592_000);
        await server.ShareAs(owner, ["carla@example.com"]);
    }
}
