using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>People with accounts, without script.</summary>
internal static class People
{
    public const string Email = "owner@example.com";

    public const string Password = "a long enough password";

    public static readonly Caller Somewhere = new("192.0.2.1") { Browser = "Firefox" };

    /// <summary>A server that sends mail, without TLS, whose cookies a plain client would not send.</summary>
    public static readonly string[] Mails = ["--Mail:Transport=Pickup", "--Site:PublicUrl=http://secrets.example.com"];

    /// <summary>Makes an account with <see cref="Password"/>.</summary>
    public static async Task<Account> AddAccount(this RunningServer server, string email = Email)
    {
        await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(email, Password);
    }

    /// <summary>Somebody signs in by the form.</summary>
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

    /// <summary>Whether somebody is signed in: the frame of every page says so.</summary>
    public static bool IsSignedIn(this Reader reader) => reader.Has("form[action='/logout']");

    /// <summary>What a browser would send of whoever is signed in here.</summary>
    public static string CookieHeader(this Reader reader) =>
        string.Join("; ", reader.Cookies.GetAllCookies().Select(cookie => $"{cookie.Name}={cookie.Value}"));

    /// <summary>Makes an account, signs it in, and returns what a browser would send of it.</summary>
    public static async Task<string> SomebodysCookie(this RunningServer server)
    {
        await server.AddAccount();
        using var reader = await server.SignIn();
        return reader.CookieHeader();
    }

    /// <summary>Marks an account as deleted or suspended, and leaves all that it has.</summary>
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
