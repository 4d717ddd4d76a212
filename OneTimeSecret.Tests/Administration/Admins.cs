using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Administration;

/// <summary>People who run the server by its pages.</summary>
internal static class Admins
{
    public const string Email = "admin@example.com";

    /// <summary>Makes an account and gives it the role.</summary>
    public static async Task<Account> AddAdmin(this RunningServer server, string email = Email)
    {
        var account = await server.AddAccount(email);
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(email, CancellationToken.None));
        return account;
    }

    /// <summary>The administrator, as verbs know him.</summary>
    public static Caller AsCaller(this Account admin) =>
        new("192.0.2.1", new SignedIn(admin.Id, admin.Email!, MayMail: true, TokenScopes.All));

    /// <summary>Makes an administrator and signs him in.</summary>
    public static async Task<Reader> SignInAdmin(this RunningServer server, string back = "/account", string email = Email)
    {
        await server.AddAdmin(email);
        return await server.SignIn(email, back: back);
    }
}
