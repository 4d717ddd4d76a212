using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Accounts with passkeys. These methods do what the script of the pages does in a browser.</summary>
internal static class PasskeyOwners
{
    private const string Form = "form[data-passkey]";

    /// <summary>Requests a challenge, as the form of the current page does.</summary>
    public static async Task<(string Options, string State)> Ask(this Reader reader, string? use = null)
    {
        using var answer = await reader.TryAsk(use);
        Assert.Equal(200, (int)answer.StatusCode);
        var question = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((string)question["options"]!, (string)question["state"]!);
    }

    public static Task<HttpResponseMessage> TryAsk(this Reader reader, string? use = null) => reader.Fetch(
        "/signin/passkey", ("use", use ?? reader.Value($"{Form} [name=use]")),
        ("__RequestVerificationToken", reader.Value("[name=__RequestVerificationToken]")));

    /// <summary>Sends the form with the answer of an authenticator.</summary>
    public static Task<Reader> Answer(this Reader reader, string state, string credential, string name = "") =>
        reader.SendForm(Form, ("Answer.State", state), ("Answer.Credential", credential), ("Answer.Name", name));

    /// <summary>Requests a challenge and answers it with the passkey.</summary>
    public static async Task<Reader> UsePasskey(this Reader reader, SoftAuthenticator passkey)
    {
        var (options, state) = await reader.Ask();
        passkey.Counter++;
        return await reader.Answer(state, passkey.Get(options));
    }

    /// <summary>Adds a passkey on the page of the account.</summary>
    public static async Task<Reader> AddPasskey(this Reader reader, SoftAuthenticator passkey, string name = "")
    {
        await reader.Open("/account/security");
        var (options, state) = await reader.Ask();
        return await reader.Answer(state, passkey.Create(options), name);
    }

    /// <summary>A passkey as ASP.NET Core Identity returns it after verifying an answer.</summary>
    public static UserPasskeyInfo Checked(byte[] id, uint counter = 0) =>
        new(id, [2], default, counter, null, isUserVerified: true, isBackupEligible: false, isBackedUp: false, [], []);

    /// <summary>Adds a passkey without the pages.</summary>
    public static Task<bool> AddPasskey(this RunningServer server, Guid accountId, byte[] id, string? name = "key") =>
        server.Get<AddPasskey>().Run(accountId, Checked(id), name, People.Somewhere, CancellationToken.None);

    /// <summary>Removes the first passkey of the list.</summary>
    public static async Task<Reader> RemovePasskey(this Reader reader)
    {
        await reader.Open("/account/security");
        await reader.Open(reader.Page.QuerySelector("section:has(#passkeys) .rows a")!.GetAttribute("href")!);
        return await reader.SendForm("form.part");
    }

    /// <summary>An account with a passkey, whose owner has signed out.</summary>
    public static async Task<(Account Account, SoftAuthenticator Passkey)> AddAccountWithPasskey(
        this RunningServer server, string email = People.Email, bool counts = true)
    {
        var account = await server.AddAccount(email);
        using var reader = await server.SignIn(email);
        var passkey = new SoftAuthenticator(server.Origin) { Counts = counts };
        await reader.AddPasskey(passkey);
        Assert.Equal("/account/security?changed=PasskeyAdded", reader.Path);
        return (account, passkey);
    }

    /// <summary>Signs in with a passkey in a new browser.</summary>
    public static async Task<Reader> SignIn(this RunningServer server, SoftAuthenticator passkey)
    {
        var reader = await new Reader(server).Open("/signin?back=/security");
        return await reader.UsePasskey(passkey);
    }
}
