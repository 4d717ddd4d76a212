using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Audit;

/// <summary>Acts of administrators are refused for everybody else, and for former administrators at once.</summary>
public sealed class AdminActTests
{
    /// <summary>Every administrative verb, called against an account.</summary>
    private static readonly Dictionary<Type, Func<RunningServer, Caller, Guid, Task<object>>> Acts = new()
    {
        [typeof(SuspendAccount)] = async (server, admin, id) => await server.Suspend(admin, id),
        [typeof(ResumeAccount)] = async (server, admin, id) => await server.Resume(admin, id),
        [typeof(GrantAdmin)] = async (server, admin, id) => await server.Promote(admin, id),
        [typeof(RevokeAdmin)] = async (server, admin, id) => await server.Demote(admin, id),
        [typeof(LimitAccount)] = async (server, admin, id) => await server.Get<LimitAccount>().Run(admin, id, 1, 1, default),
        [typeof(ResetFactors)] = async (server, admin, id) => await server.Get<ResetFactors>().Run(admin, id, CancellationToken.None),
        [typeof(DemandFactor)] = async (server, admin, id) => await server.Get<DemandFactor>().Run(admin, id, true, default),
        [typeof(BlockNetwork)] = async (server, admin, _) =>
            await server.Get<BlockNetwork>().Run(admin, "203.0.113.0/24", "abuse", null, default),
        [typeof(UnblockNetwork)] = async (server, admin, _) => await server.Get<UnblockNetwork>().Run(admin, "192.0.2.0/24", default),
        [typeof(SetBanner)] = async (server, admin, _) => await server.Get<SetBanner>().Run(admin, "text", null, default),
        [typeof(RetryMail)] = async (server, admin, id) => await server.Get<RetryMail>().Run(admin, id, default),
        [typeof(AllowMail)] = async (server, admin, _) => await server.Get<AllowMail>().Run(admin, "friend@example.com", default),
        [typeof(DestroySecret)] = async (server, admin, _) =>
            await server.Get<DestroySecret>().Run(admin, new string('a', 64), "abuse", default),
        [typeof(StartJob)] = async (server, admin, _) =>
            await server.Get<StartJob>().Run(admin, JobNames.Purge, () => Task.CompletedTask, default),
        [typeof(ExportAudit)] = async (server, admin, _) => await server.Get<ExportAudit>().Begin(admin, default),
    };

    [Theory]
    [InlineData("anonymous"), InlineData("an account"), InlineData("suspended"), InlineData("demoted"), InlineData("deleted")]
    public async Task No_administrative_act_works_for_a_caller_who_is_not_an_administrator(string who)
    {
        await using var server = await RunningServer.Start();
        var first = await server.AddAdmin();
        var target = await server.AddAccount("target@example.com");
        var caller = who switch
        {
            "anonymous" => new Caller(AdminAccounts.Client),
            "an account" => first with { Account = await server.SignedIn(People.Email) },
            _ => await server.AddAdmin("second@example.com"),
        };
        if (who is "suspended")
            Assert.Equal(AdminOutcome.Done, await server.Suspend(first, caller.Account!.Id));
        else if (who is "demoted")
            Assert.Equal(AdminOutcome.Done, await server.Demote(first, caller.Account!.Id));
        else if (who is "deleted")
            await server.Get<DeleteAccount>().Run(caller.Account!, caller.Account!.Email, People.Somewhere, CancellationToken.None);
        var before = await Everything(server);
        foreach (var (verb, act) in Acts)
        {
            var outcome = await act(server, caller, target.Id);
            Assert.True(outcome is AdminOutcome.NotAdministrator or BlockOutcome.NotAdministrator, $"{verb.Name}: {outcome}");
        }
        Assert.Equal(before, await Everything(server));
    }

    [Fact]
    public async Task No_administrative_act_except_the_reset_changes_another_accounts_credentials_and_none_opens_a_session()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var (target, _, _) = await server.AddAccountWithApp();
        (await server.SignIn()).Dispose();
        var before = await Credentials(server, target.Id);
        foreach (var (_, act) in Acts.Where(act => act.Key != typeof(ResetFactors)))
            await act(server, admin, target.Id);
        Assert.Equal(before, await Credentials(server, target.Id));
        // The reset removes all second factors, and nothing else.
        Assert.Equal(AdminOutcome.Done, await Acts[typeof(ResetFactors)](server, admin, target.Id));
        Assert.Equal(
            string.Join(' ', before.Split(' ').Take(2)) + "  0 0", await Credentials(server, target.Id), StringComparer.Ordinal);
        await using var db = server.Database();
        Assert.Empty(await db.Sessions.ToListAsync()); // acts end sessions and open none
        Assert.Empty(await db.Outbox.ToListAsync()); // acts send no links
    }

    [Fact]
    public void Every_administrative_verb_is_covered_by_these_tests()
    {
        var verbs = typeof(CoreSetup).Assembly.GetTypes().Where(type => type.IsPublic && type.GetMethods()
            .Any(method => method.GetParameters() is [{ Name: "admin", ParameterType: var first }, ..]
                && first == typeof(Caller)));
        Assert.Empty(verbs.Except(Acts.Keys).Select(verb => verb.Name));
    }

    [Theory, InlineData(""), InlineData(" \n "), InlineData("\u202E\u2028")]
    public async Task Empty_and_too_long_reasons_are_refused(string reason)
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        await Assert.ThrowsAsync<ArgumentException>(
            () => server.Get<SuspendAccount>().Run(admin, Guid.NewGuid(), reason, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(
            () => server.Get<BlockNetwork>().Run(admin, "203.0.113.1", new string('x', 301), null, CancellationToken.None));
    }

    /// <summary>All credentials of an account, as text.</summary>
    private static async Task<string> Credentials(RunningServer server, Guid id)
    {
        await using var db = server.Database();
        var (account, codes) = (
            await db.Users.AsNoTracking().SingleAsync(a => a.Id == id),
            await db.RecoveryCodes.AsNoTracking().Where(code => code.AccountId == id).Select(code => code.Hash).ToListAsync());
        return string.Join(' ', [
            account.Email!, account.PasswordHash!, Convert.ToHexStringLower(account.TotpKey ?? []),
            $"{await db.UserPasskeys.CountAsync()} {await db.ApiTokens.CountAsync()}",
            .. codes.Select(Convert.ToHexStringLower).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Everything that acts can change, as text.</summary>
    private static async Task<string> Everything(RunningServer server)
    {
        await using var db = server.Database();
        var accounts = await db.Users.OrderBy(a => a.Id)
            .Select(a => $"{a.Id} {a.SecurityStamp} {a.Suspended} {a.SuspendedFor} {a.NeedsFactor} {a.RequestLimit} {a.MailLimit}")
            .ToListAsync();
        return string.Join('\n', [
            .. accounts, $"{await db.UserRoles.CountAsync()} {await db.BlockedNetworks.CountAsync()} {await db.Banners.CountAsync()}"]);
    }
}
