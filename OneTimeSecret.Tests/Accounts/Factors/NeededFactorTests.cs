using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Mail;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>An account that needs a second factor must add one first, and cannot remove its last one.</summary>
public sealed class NeededFactorTests
{
    [Fact]
    public async Task Every_account_page_redirects_to_the_security_page_until_a_second_factor_exists()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/security");
        Assert.Contains("asks everybody for a second factor", reader.Text("section.note"), StringComparison.Ordinal);
        foreach (var path in PagesThatWait())
        {
            await reader.Open(path);
            Assert.Equal("/account/security", reader.Path);
        }
        await reader.AddApp(server);
        foreach (var path in PagesThatWait())
        {
            await reader.Open(path);
            Assert.False(string.Equals("/account/security", reader.Path, StringComparison.Ordinal), path);
        }
        await reader.Open("/account/security");
        Assert.False(reader.Has("section.note"));
    }

    [Theory]
    [InlineData(true, false, false, "/account/security")]
    [InlineData(true, true, true, "/signin/again")] // adding the first factor needs a proof of identity too
    [InlineData(false, false, true, "/signin/again")]
    [InlineData(true, true, false, null)]
    [InlineData(false, false, false, null)]
    public async Task Page_redirects_to_the_missing_factor_or_to_the_proof_of_identity(
        bool lacks, bool evenWithout, bool proof, string? leadsTo)
    {
        var context = new DefaultHttpContext();
        var needs = new NeedsAttribute { EvenWithoutFactor = evenWithout, Proof = proof };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(needs), null));
        context.Features.Set(new OpenedSession(
            new SignedIn(Guid.NewGuid(), People.Email, true, TokenScopes.All), [], DateTimeOffset.UnixEpoch, IsAdmin: false, lacks));
        var isShown = false;
        await new AccountGate(_ =>
        {
            isShown = true;
            return Task.CompletedTask;
        }, TimeProvider.System).InvokeAsync(context);
        Assert.Equal(leadsTo is null, isShown);
        Assert.StartsWith(leadsTo ?? "", context.Response.Headers.Location.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_can_be_created_and_revealed_without_the_required_factor()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        await server.AddAccount();
        using var reader = await server.SignIn();
        var (key, _) = await server.Conceal("the value");
        await reader.Open($"/secret/{key.Text}");
        await reader.Send();
        Assert.Equal("the value", reader.Text("#value"));
        await reader.Open("/");
        await reader.Send(("Input.Secret", "another"));
        Assert.Equal("Your link is ready", reader.Heading);
        await using var db = server.Database();
        Assert.Null((await db.Receipts.AsNoTracking().OrderBy(r => r.Created).LastAsync()).OwnerId); // created anonymously
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Administrator_needs_a_second_factor_only_if_the_server_sends_mail(bool mail)
    {
        await using var server = await RunningServer.Start(mail ? Mails.OnLocalhost : []);
        await server.AddAccount();
        await server.With<GrantAdmin, (int, int)>(grant => grant.Run(People.Email, CancellationToken.None));
        using var reader = await server.SignIn(back: "/account/security");
        Assert.Equal(mail, reader.Has("section.note"));
        if (mail)
            Assert.Contains("You are an administrator", reader.Text("section.note"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Required_last_factor_cannot_be_removed()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        var account = await server.AddAccount();
        using var reader = await server.SignIn();
        await reader.AddApp(server);
        await reader.Open("/account/security/app");
        await reader.SendForm("form.part");
        Assert.StartsWith("Your account needs a second factor", reader.Text("#needed"), StringComparison.Ordinal);
        Assert.NotNull((await server.Stored(account.Id)).TotpKey);
        var authenticator = new SoftAuthenticator(server.Origin);
        await reader.AddPasskey(authenticator);
        await reader.Open("/account/security/app");
        await reader.SendForm("form.part");
        Assert.Null((await server.Stored(account.Id)).TotpKey);
        await reader.RemovePasskey();
        Assert.StartsWith("Your account needs a second factor", reader.Text("#needed"), StringComparison.Ordinal);
        await using var db = server.Database();
        Assert.Equal(1, await db.UserPasskeys.CountAsync());
    }

    /// <summary>All pages of an account, except those that add a factor or take a proof of identity.</summary>
    private static IEnumerable<string> PagesThatWait() =>
        from page in typeof(NeedsAttribute).Assembly.GetTypes()
        where page.GetCustomAttribute<NeedsAttribute>() is { EvenWithoutFactor: false }
        from route in page.GetCustomAttributes<RouteAttribute>()
        where !route.Template.Contains('{', StringComparison.Ordinal)
        select route.Template;
}
