using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Makes accounts and signs them in, with a browser without script.</summary>
internal static class People
{
    public const string Email = "owner@example.com";

    public const string Password = "a long enough password";

    public static readonly Caller Somewhere = new("192.0.2.1") { Browser = "Firefox" };

    /// <summary>Settings of a server that sends mail. Its URL is http, because over http a client sends no Secure cookies.</summary>
    public static readonly string[] Mails = ["--Mail:Transport=Pickup", "--Site:PublicUrl=http://secrets.example.com"];

    /// <summary>Makes an account with <see cref="Password"/>.</summary>
    public static async Task<Account> AddAccount(this RunningServer server, string email = Email)
    {
        await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(email, Password);
    }

    /// <summary>Signs in with the form in a new browser.</summary>
    public static async Task<Reader> SignIn(
        this RunningServer server, string email = Email, string password = Password, string back = "/account")
    {
        var reader = new Reader(server);
        await reader.SignIn(email, password, back);
        return reader;
    }

    public static async Task<Reader> SignIn(this Reader reader, string email = Email, string password = Password, string back = "/account")
    {
        await reader.Open($"/signin?back={Uri.EscapeDataString(back)}");
        return await reader.Send(("Input.Email", email), ("Input.Password", password));
    }

    /// <summary>Whether the browser is signed in. The layout of every page shows it.</summary>
    public static bool IsSignedIn(this Reader reader) => reader.Has("form[action='/logout']");

    /// <summary>The Cookie header that this browser would send.</summary>
    public static string CookieHeader(this Reader reader) =>
        string.Join("; ", reader.Cookies.GetAllCookies().Select(cookie => $"{cookie.Name}={cookie.Value}"));

    /// <summary>The full name of a cookie of this server.</summary>
    public static string CookieName(this RunningServer server, string name) => server.Get<PublicOrigin>().CookieName(name);

    /// <summary>Makes an account, signs it in, and returns its Cookie header.</summary>
    public static async Task<string> SomebodysCookie(this RunningServer server)
    {
        await server.AddAccount();
        using var reader = await server.SignIn();
        return reader.CookieHeader();
    }

    /// <summary>The account that an API token acts for. Null: the token is refused.</summary>
    public static async Task<SignedIn?> AccountOf(this RunningServer server, string email, string token) =>
        (await server.Get<VerifyToken>().Run(email, token, CancellationToken.None) as TokenOutcome.Valid)?.Account;

    /// <summary>Marks an account as deleted or suspended, without deleting or ending anything.</summary>
    public static async Task Close(this RunningServer server, Guid id, bool suspended = false)
    {
        var now = server.Clock.GetUtcNow();
        await using var db = server.Database();
        await db.Users.Where(a => a.Id == id).ExecuteUpdateAsync(
            set => _ = suspended ? set.SetProperty(a => a.Suspended, now) : set.SetProperty(a => a.Deleted, now));
    }

    public static async Task<Account> Stored(this RunningServer server, Guid id)
    {
        await using var db = server.Database();
        return await db.Users.AsNoTracking().SingleAsync(account => account.Id == id);
    }
}
