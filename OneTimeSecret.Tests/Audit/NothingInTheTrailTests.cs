using System.Globalization;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Whoever reads the trail opens nothing with it, and learns no address.</summary>
public sealed class NothingInTheTrailTests
{
    private const string Friend = "friend@example.net";

    private const string Passphrase = "the passphrase of it";

    private const string Typed = "not the right password";

    [Fact]
    public async Task No_row_holds_a_key_a_token_a_password_a_session_an_address_or_a_link()
    {
        await using var server = await RunningServer.Start(Mails.OnLocalhost);
        var account = await server.AddAccount();
        var owner = new SignedIn(account.Id, People.Email, MayMail: true, TokenScopes.All);
        var opens = new List<string> { People.Email, Friend, Administrators.Email, Passphrase, Typed, People.Password };

        using var reader = await server.SignIn(back: "/");
        (await server.SignIn(password: Typed)).Dispose();
        (await server.SignIn(Friend, Typed)).Dispose();
        opens.AddRange(reader.Cookies.GetAllCookies().Select(cookie => cookie.Value));
        var (app, codes) = await reader.AddApp(server);
        opens.AddRange([Convert.ToHexStringLower(app), OtpNet.Base32Encoding.ToString(app), .. codes]);

        opens.Add(await server.Get<AddToken>().Run(People.Email, "script", TokenScopes.All, null, CancellationToken.None));
        var (_, link) = await server.With<LinkAccount, (string, string)>(verb => verb.Run(People.Email, CancellationToken.None));
        opens.Add(link);
        using var http = new HttpClient { BaseAddress = server.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = RunningServer.Basic(People.Email, Typed);
        (await http.GetAsync(new Uri("/api/v1/authcheck", UriKind.Relative))).Dispose();

        opens.AddRange(await Secrets(server, owner));
        await server.With<ForgetPassword, ForgetOutcome>(forget => forget.Run(People.Email, CancellationToken.None));
        foreach (var mail in await server.Letters<PasswordLinkMail>())
            opens.AddRange([mail.Token, mail.Link(), mail.To]);
        await Administrate(server, account.Id);
        await server.With<SetPassword, SetPasswordOutcome>(
            set => set.Run(People.Email, link, "another long password", People.Somewhere, CancellationToken.None));
        opens.Add("another long password");
        await server.Get<DeleteAccount>().Run(owner, People.Email, People.Somewhere, CancellationToken.None);
        await server.Get<RefusalBursts>().Write();

        var trail = await server.Trail();
        Assert.True(trail.Select(row => row.Kind).Distinct().Count() > 15, "little was done");
        var all = string.Join('\n', trail.Select(row => string.Create(
            CultureInfo.InvariantCulture, $"{row.Client} {row.Subject} {row.Detail} {row.AccountId} {Convert.ToHexStringLower(row.Mac)}")));
        foreach (var text in opens)
        {
            Assert.True(text.Length >= 6, text);
            Assert.DoesNotContain(text, all, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Uri.EscapeDataString(text), all, StringComparison.OrdinalIgnoreCase);
        }
        Assert.DoesNotContain("@", all, StringComparison.Ordinal);
    }

    /// <summary>Makes, guesses, reveals, burns and mails secrets; what opens them.</summary>
    private static async Task<List<string>> Secrets(RunningServer server, SignedIn owner)
    {
        var opens = new List<string>();
        foreach (var account in new[] { null, owner })
        {
            var (revealed, first) = await server.Conceal("the value of it", Passphrase, account: account);
            var (burned, second) = await server.Conceal("the value of it", account: account);
            await server.TryReveal(revealed, Typed);
            await server.TryReveal(revealed, Passphrase);
            await server.TryBurn(second);
            opens.AddRange([revealed.Text, first.Text, burned.Text, second.Text, "the value of it"]);
            foreach (var id in new[] { revealed.Id, first.Id, burned.Id, second.Id }) // ids name rows of lists
                opens.Add(Convert.ToHexStringLower(id));
        }
        var (_, adopted) = await server.Conceal("x");
        await server.Get<AdoptReceipt>().Run(adopted, owner.Asks(), CancellationToken.None);
        var mailed = await server.Mail(owner, Friend);
        opens.AddRange([adopted.Text, mailed.SecretKey!, mailed.MetadataKey]);
        return opens;
    }

    private static async Task Administrate(RunningServer server, Guid account)
    {
        var admin = await server.AddAdmin();
        await server.OptOut(Friend);
        await server.Get<AllowMail>().Run(admin, Friend, CancellationToken.None);
        await server.Suspend(admin, account);
        await server.Resume(admin, account);
        await server.Promote(admin, account);
        await server.Demote(admin, account);
    }
}
