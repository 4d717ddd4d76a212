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

/// <summary>What owners do with the list of their secrets, and parts of that list.</summary>
internal static class RecentSteps
{
    public static async Task<SignedIn> Owner(this RunningServer server, string email = People.Email)
    {
        var account = await server.AddAccount(email);
        return new SignedIn(account.Id, email, MayMail: true, TokenScopes.All);
    }

    public static ILocator Rows(this Visit visit) => visit.Page.Locator(".grid tbody tr");

    /// <summary>The grid that the server renders once the circuit has started.</summary>
    public static ILocator Grid(this Visit visit) => visit.Page.Locator("main .mud-data-grid");

    /// <summary>Waits until the circuit has started.</summary>
    public static Task IsLive(this Visit visit) => Expect(visit.Page.Locator("form[data-live]")).ToBeAttachedAsync();

    /// <summary>Keeps circuits from starting until the returned action is called.</summary>
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

    /// <summary>Continues the session of a reader who has signed in.</summary>
    public static Task GoesOnFor(this Visit visit, Reader reader) => visit.Page.Context.AddCookiesAsync(
        reader.Cookies.GetAllCookies().Select(cookie => new Cookie
        {
            Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly,
        }));

    /// <summary>The short id that the list shows for a secret.</summary>
    public static string ShortId(this MetadataKey key) => Convert.ToHexStringLower(key.Id.AsSpan(0, 4));

    /// <summary>Conceals a secret, one second after the previous one.</summary>
    /// <param name="server">The server.</param>
    /// <param name="owner">The owner of the secret.</param>
    /// <param name="recipients">Recipients in the receipt. No mail is sent to them.</param>
    /// <param name="passphrase">The passphrase, or null.</param>
    /// <param name="ttl">The lifetime in seconds. Null: the default.</param>
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

    /// <summary>Conceals somewhat more than a page of secrets in every state, with various recipients. The newest is unread.</summary>
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
