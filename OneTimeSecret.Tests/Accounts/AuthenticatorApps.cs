using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Components;
using OtpNet;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Accounts with an authenticator app that uses the server's fake clock.</summary>
internal static class AuthenticatorApps
{
    /// <summary>Adds an app on the pages.</summary>
    /// <returns>The key of the app and the recovery codes.</returns>
    public static async Task<(byte[] Key, string[] Codes)> AddApp(this Reader reader, RunningServer server)
    {
        await reader.Open("/account/security/app");
        var key = reader.ShownKey();
        await reader.Send(("Input.Code", server.Code(key)));
        Assert.Equal("The app is set up", reader.Heading);
        return (key, reader.Text("#codes").Split('\n'));
    }

    /// <summary>Adds an app without the pages, and moves the clock until the app shows an unused code.</summary>
    public static async Task<(byte[] Key, IReadOnlyList<string> Codes)> AddApp(this RunningServer server, Guid accountId)
    {
        using var owner = Core.Accounts.Factors.Totp.NewKey();
        var key = owner.Span.ToArray();
        var outcome = await server.Get<AddTotp>().Run(accountId, owner, server.Code(key), People.Somewhere, CancellationToken.None);
        server.NextCode();
        return (key, Assert.IsType<AddTotpOutcome.Added>(outcome).RecoveryCodes);
    }

    /// <summary>The key that the page shows.</summary>
    public static byte[] ShownKey(this Reader reader) =>
        Base32Encoding.ToBytes(reader.Text("#key").Replace(" ", "", StringComparison.Ordinal));

    /// <summary>The code that the app shows now, or <paramref name="later"/> steps of 30 seconds later.</summary>
    public static string Code(this RunningServer server, byte[] key, int later = 0) =>
        new OtpNet.Totp(key).ComputeTotp(server.Clock.GetUtcNow().AddSeconds(30 * later).UtcDateTime);

    /// <summary>A code that the app does not show within three steps of now.</summary>
    public static string WrongCode(this RunningServer server, byte[] key) => Enumerable.Range(0, 10)
        .Select(digit => new string((char)('0' + digit), 6))
        .Except(Enumerable.Range(-3, 7).Select(i => server.Code(key, i)), StringComparer.Ordinal).First();

    /// <summary>Moves the clock until the app shows an unused code.</summary>
    public static void NextCode(this RunningServer server) => server.Clock.Advance(TimeSpan.FromSeconds(90));

    /// <summary>An account with an app, whose owner has signed out.</summary>
    public static async Task<(Account Account, byte[] Key, string[] Codes)> AddAccountWithApp(
        this RunningServer server, string email = People.Email)
    {
        var account = await server.AddAccount(email);
        using var reader = await server.SignIn(email);
        var (key, codes) = await reader.AddApp(server);
        server.NextCode();
        return (account, key, codes);
    }

    /// <summary>Checks a code without the pages.</summary>
    public static Task<CodeOutcome> GiveCode(this RunningServer server, Guid accountId, string code) =>
        server.Get<CheckCode>().Run(accountId, code, People.Somewhere.Client, CancellationToken.None);

    /// <summary>Sends a code with the form of the current page.</summary>
    public static Task<Reader> SendCode(this Reader reader, string code) => reader.Send(("Code", code));
}
