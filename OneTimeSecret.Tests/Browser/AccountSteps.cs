using Microsoft.Playwright;
using OneTimeSecret.Tests.Accounts;
using OtpNet;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What people with accounts do on the pages.</summary>
internal static class AccountSteps
{
    /// <summary>Signs in with the password. A second factor may be asked for next.</summary>
    public static async Task SignsIn(this Visit visit, string back, string email = People.Email)
    {
        await visit.Open($"/signin?back={Uri.EscapeDataString(back)}");
        await visit.Field("E-mail address").FillAsync(email);
        await visit.Field("Password").FillAsync(People.Password);
        await visit.Press("Sign in");
        // Another page has replaced the sign-in page and is loaded to its end.
        await Assertions.Expect(visit.Page).Not.ToHaveURLAsync(Steps.Whole(".*/signin\\?.*"));
        await Assertions.Expect(visit.Page.Locator("#announcement")).ToBeAttachedAsync();
    }

    /// <summary>Opens a page in a session that was opened over HTTP, which is quicker than the form in the browser.</summary>
    public static async Task OpensSignedIn(this Visit visit, RunningServer server, string path, string email = People.Email)
    {
        using var reader = await server.SignIn(email, back: path);
        await visit.GoesOnFor(reader);
        await visit.Open(path);
    }

    /// <summary>Reads the key of the authenticator app from the page.</summary>
    public static async Task<byte[]> ScansKey(this Visit visit) => Base32Encoding.ToBytes(
        (await visit.Page.Locator("#key").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Adds a virtual authenticator that needs no touch.</summary>
    /// <param name="visit">The browser.</param>
    /// <param name="verifies">Whether it verifies the user, as by fingerprint or PIN.</param>
    /// <returns>A function that removes the authenticator.</returns>
    public static async Task<Func<Task>> PlugsIn(this Visit visit, bool verifies = true)
    {
        var session = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", Arguments(("options", Arguments(
            ("protocol", "ctap2"), ("transport", "internal"), ("hasResidentKey", true), ("hasUserVerification", verifies),
            ("isUserVerified", verifies), ("automaticPresenceSimulation", true)))));
        var id = added!.Value.GetProperty("authenticatorId").GetString()!;
        return () => session.SendAsync("WebAuthn.removeVirtualAuthenticator", Arguments(("authenticatorId", id)));
    }

    /// <summary>Adds a passkey on the security page of the account.</summary>
    public static async Task AddsPasskey(this Visit visit, string name)
    {
        await visit.Open("/account/security");
        await visit.Field("Name").FillAsync(name);
        await visit.Press("Add a passkey");
        await Assertions.Expect(visit.Page.GetByText("The passkey is added.")).ToBeVisibleAsync();
    }

    public static Task SignsOut(this Visit visit) =>
        visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();

    private static Dictionary<string, object> Arguments(params (string Name, object Value)[] arguments) =>
        arguments.ToDictionary(argument => argument.Name, argument => argument.Value, StringComparer.Ordinal);
}
