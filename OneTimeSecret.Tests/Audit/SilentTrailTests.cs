using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Accounts.SignIn;

namespace OneTimeSecret.Tests.Audit;

/// <summary>The trail contains no secrets, no credentials and no mail addresses.</summary>
public sealed class SilentTrailTests
{
    [Fact]
    public async Task No_row_holds_a_password_a_token_an_address_a_key_a_passphrase_or_a_value()
    {
        const string Email = "somebody.special@example.org";
        const string Wrong = "a wrong guess of it";
        const string Next = "the next password";
        const string Phrase = "correct horse";
        await using var server = await RunningServer.Start();
        var none = CancellationToken.None;
        var admin = await server.AddAdmin("the.admin@example.org");
        var owner = await server.SignedIn(Email);
        var token = await server.Get<AddToken>().Run(Email, "laptop", TokenScopes.All, null, none);
        using var reader = await server.SignIn(Email, back: "/");
        Assert.True(reader.IsSignedIn());
        var cookies = reader.Cookies.GetAllCookies().Select(cookie => cookie.Value).Where(value => value.Length > 8);
        await server.Try(Wrong, Email);
        using (var http = new HttpClient { BaseAddress = server.Http.BaseAddress })
        {
            foreach (var sent in (string[])[token, "ots_wrong_one"])
            {
                http.DefaultRequestHeaders.Authorization = RunningServer.Basic(Email, sent);
                using var answer = await RunningServer.Post(http, "/api/v1/share", ("secret", "the value"));
            }
        }
        var (key, metadata) = await server.Conceal("the value", Phrase, account: owner);
        await server.TryReveal(key, "wrong horse");
        await server.TryReveal(key, Phrase);
        var (burned, other) = await server.Conceal("the value", Phrase);
        await server.TryBurn(other, "wrong horse");
        await server.Get<AdoptReceipt>().Run(other, owner.Asks(), none);
        await server.Get<DestroySecret>().Run(admin, Convert.ToHexStringLower(other.Id), "abuse", none);
        var (_, link) = await server.With<LinkAccount, (string, string)>(make => make.Run(Email, none));
        await server.With<SetPassword, SetPasswordOutcome>(set => set.Run(Email, link, Next, People.Somewhere, none));
        await server.Suspend(admin, owner.Id);
        await server.Resume(admin, owner.Id);
        await server.Get<DeleteAccount>().Run(owner, Email, People.Somewhere, none);
        await server.Get<RefusalBursts>().Write();

        var trail = await server.Trail();
        foreach (var kind in (AuditKind[])[
            AuditKind.SignedIn, AuditKind.SignInRefused, AuditKind.TokenMade, AuditKind.TokenRefused, AuditKind.PassphraseRefused,
            AuditKind.SecretCreated, AuditKind.SecretRevealed, AuditKind.SecretDestroyed, AuditKind.ReceiptAdopted,
            AuditKind.PasswordLinkMade, AuditKind.PasswordChanged, AuditKind.AccountDeleted])
            Assert.Contains(trail, row => row.Kind == kind);
        var text = string.Join('\n', trail.Select(row => $"{row.Client} {row.Subject} {row.Detail}"));
        foreach (var secret in (string[])[
            Email, "the.admin@example.org", "somebody.special", People.Password, Wrong, Next, Phrase, "wrong horse", "the value", "ots_",
            token, key.Text, metadata.Text, burned.Text, other.Text, link, .. cookies])
        {
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
            if (secret.Length >= 16) // not even a part of it
                Assert.DoesNotContain(secret[..8], text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
