using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>A code of the app, or a recovery code in its place, counts once.</summary>
public sealed class CheckCodeTests
{
    [Fact]
    public async Task Of_twenty_who_use_a_recovery_code_at_once_one_gets_in()
    {
        await using var server = await RunningServer.Start();
        var (account, _, codes) = await server.AddAccountWithApp();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => server.Get<CheckCode>().Run(account.Id, codes[0], "192.0.2.1", CancellationToken.None)));
        Assert.Single(outcomes.OfType<CodeOutcome.Right>());
    }

    [Fact]
    public async Task Another_accounts_code_opens_nothing_nor_does_one_whose_row_was_moved()
    {
        await using var server = await RunningServer.Start();
        var (eve, _, theirs) = await server.AddAccountWithApp("eve@example.com");
        var (owner, _, _) = await server.AddAccountWithApp();
        Assert.IsType<CodeOutcome.Wrong>(await server.Get<CheckCode>().Run(owner.Id, theirs[0], "192.0.2.1", CancellationToken.None));
        await using var db = server.Database();
        await db.RecoveryCodes.Where(c => c.AccountId == eve.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.AccountId, owner.Id));
        Assert.IsType<CodeOutcome.Wrong>(await server.Get<CheckCode>().Run(owner.Id, theirs[0], "192.0.2.1", CancellationToken.None));
        Assert.IsType<CodeOutcome.Wrong>(await server.Get<CheckCode>().Run(eve.Id, theirs[0], "192.0.2.1", CancellationToken.None));
    }

    [Fact]
    public async Task Of_several_who_use_a_code_of_the_app_at_once_one_gets_in()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var (key, _) = await server.AddApp(owner.Id);
        var outcomes = await Verbs.AtOnce(10, _ => server.GiveCode(owner.Id, server.Code(key)));
        Assert.Single(outcomes.OfType<CodeOutcome.Right>());
        Assert.Equal(9, outcomes.OfType<CodeOutcome.Wrong>().Count());
    }

    [Fact]
    public async Task A_code_of_the_app_counts_once_and_none_from_before_it_counts_after_it()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var (key, _) = await server.AddApp(owner.Id);
        var code = server.Code(key);
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, code));
        Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, code));
        Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, server.Code(key, later: -1))); // its step is over
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, server.Code(key, later: 1)));
    }

    [Fact]
    public async Task Wrong_codes_have_a_daily_budget_for_each_account_and_the_trail_counts_them()
    {
        await using var server = await RunningServer.Start("--Limits:CodesPerDay=3");
        var (owner, other) = (await server.AddAccount(), await server.AddAccount("other@example.com"));
        var ((key, _), (_, codes)) = (await server.AddApp(owner.Id), await server.AddApp(other.Id));
        await server.Leaves(
            async () =>
            {
                foreach (var wrong in (string[])[server.WrongCode(key), "AAAAA-AAAAA", ""])
                    Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, wrong));
                var tooMany = Assert.IsType<CodeOutcome.TooMany>(await server.GiveCode(owner.Id, server.Code(key)));
                Assert.InRange(tooMany.RetryAfter, TimeSpan.FromHours(23), TimeSpan.FromDays(1));
            },
            LeftRow.ByAnybody(AuditKind.SignInRefused, $"{owner.Id}") with { Result = AuditResult.Refused, Count = 4 });
        for (var i = 0; i < 5; i++) // what is right costs nothing
            await server.Leaves(async () => Assert.IsType<CodeOutcome.Right>(await server.GiveCode(other.Id, codes[i])));
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, server.Code(key)));
    }
}
