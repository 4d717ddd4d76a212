using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>A code of the app, or a recovery code instead, works once.</summary>
public sealed class CheckCodeTests
{
    [Fact]
    public async Task Recovery_code_works_once_even_if_it_is_used_in_parallel()
    {
        await using var server = await RunningServer.Start();
        var (account, _, codes) = await server.AddAccountWithApp();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => server.Get<CheckCode>().Run(account.Id, codes[0], "192.0.2.1", CancellationToken.None)));
        Assert.Single(outcomes.OfType<CodeOutcome.Right>());
    }

    [Fact]
    public async Task Recovery_code_of_another_account_or_with_a_moved_row_is_refused()
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
    public async Task App_code_works_once_even_if_it_is_used_in_parallel()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var (key, _) = await server.AddApp(owner.Id);
        var outcomes = await Verbs.AtOnce(10, _ => server.GiveCode(owner.Id, server.Code(key)));
        Assert.Single(outcomes.OfType<CodeOutcome.Right>());
        Assert.Equal(9, outcomes.OfType<CodeOutcome.Wrong>().Count());
    }

    /// <summary>Telephones follow the true time, to which the system's clock is corrected. The server's own time may be ahead.</summary>
    [Fact]
    public async Task App_codes_are_those_of_the_time_of_the_system_clock()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var (key, _) = await server.AddApp(owner.Id);
        server.System.Set(TimeSpan.FromHours(-1));
        Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, server.Code(key)));
        server.System.Set(TimeSpan.FromHours(2));
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, server.Code(key, later: 120)));
    }

    [Fact]
    public async Task App_code_works_once_and_invalidates_the_codes_before_it()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var (key, _) = await server.AddApp(owner.Id);
        var code = server.Code(key);
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, code));
        Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, code));
        Assert.IsType<CodeOutcome.Wrong>(await server.GiveCode(owner.Id, server.Code(key, later: -1))); // the step before the used one
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, server.Code(key, later: 1)));
    }

    [Fact]
    public async Task Wrong_codes_are_limited_per_account_and_day_and_counted_in_the_audit_trail()
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
        for (var i = 0; i < 5; i++) // right codes do not count
            await server.Leaves(async () => Assert.IsType<CodeOutcome.Right>(await server.GiveCode(other.Id, codes[i])));
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<CodeOutcome.Right>(await server.GiveCode(owner.Id, server.Code(key)));
    }
}
