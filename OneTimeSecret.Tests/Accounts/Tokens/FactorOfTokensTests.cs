using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.Tokens;

/// <summary>Tokens of an account that needs a second factor and has none can be refused.</summary>
public sealed class FactorOfTokensTests
{
    private const string Setting = "--Accounts:TokensNeedFactor=true";

    [Fact]
    public async Task Token_is_refused_with_a_reason_and_recorded_until_the_account_has_the_factor_that_it_needs()
    {
        await using var server = await RunningServer.Start(Setting, "--Accounts:RequireSecondFactor=true");
        using var script = await server.Account(People.Email);
        var owner = await server.StoredOwner();
        await server.Leaves(
            async () =>
            {
                foreach (var path in (string[])["authcheck", "status", "receipt/recent"])
                {
                    var answer = await script.Get($"/api/v1/{path}");
                    Assert.Equal(
                        "The account of this token must add a second factor on /account/security first.",
                        Assert.Single(answer.Headers.GetValues("X-OTS-Reason")));
                    await Answers.NotAuthorized(Task.FromResult(answer), 403);
                }
                await Answers.NotAuthorized(RunningServer.Post(script, "/api/v1/share", ("secret", "x")), 403);
            },
            new LeftRow(AuditKind.TokenRefused, AuditActor.Anybody, null, "127.0.0.1", $"{owner.Id}", null, AuditResult.Refused, 4));
        Assert.Equal((0, 0, 0), await server.Rows());

        await server.AddPasskey(owner.Id, [1]);
        await Answers.Ok(script.Get("/api/v1/authcheck"));
    }

    [Fact]
    public async Task Wrong_token_of_such_an_account_is_refused_without_the_reason()
    {
        await using var server = await RunningServer.Start(Setting, "--Accounts:RequireSecondFactor=true");
        await server.AddAccount();
        Assert.IsType<TokenOutcome.Unknown>(await server.Get<VerifyToken>().Run(People.Email, "ots_wrong", CancellationToken.None));
    }

    /// <summary>The rule of signing in: administrators need a factor on a server that sends mail, others if one is required.</summary>
    [Theory]
    [InlineData(true, true, false, false, false), InlineData(true, true, false, true, true), InlineData(true, false, true, false, false)]
    [InlineData(true, false, false, false, true), InlineData(false, true, true, false, true)]
    public async Task Token_works_if_its_account_has_or_needs_no_factor_or_if_the_setting_is_off(
        bool setting, bool isAdmin, bool isDemanded, bool hasApp, bool works)
    {
        await using var server = await RunningServer.Start(setting ? [Setting, .. People.Mails] : People.Mails);
        var (admin, owner) = (await server.AddAdmin(), await server.AddAccount());
        var (id, email) = isAdmin ? (admin.Account!.Id, admin.Account.Email) : (owner.Id, owner.Email!);
        if (hasApp)
            await server.AddApp(id);
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.NeedsFactor, isDemanded));
        var token = await server.Get<AddToken>().Run(email, "script", TokenScopes.All, null, CancellationToken.None);
        Assert.Equal(works, await server.AccountOf(email, token) is not null);
    }
}
