using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>The operator's list of all accounts.</summary>
public sealed class ListAccountsTests
{
    [Theory, InlineData(0), InlineData(499), InlineData(500), InlineData(1001)]
    public async Task Every_account_is_listed_once_in_the_order_of_addresses(int count)
    {
        await using var server = await RunningServer.Start();
        var emails = await Fill(server, count);
        Assert.Equal(emails, (await List(server)).Select(account => account.Summary.Email), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Deleted_accounts_are_not_listed_and_the_newest_session_is_the_last_sign_in()
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        var gone = (await server.AddAccount("gone@example.com")).Id;
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == gone).ExecuteUpdateAsync(set => set
                .SetProperty(a => a.Deleted, server.Clock.GetUtcNow()).SetProperty(a => a.NormalizedEmail, (string?)null));
        Assert.Null(Assert.Single(await List(server)).LastSignIn);
        for (var i = 0; i < 2; i++)
        {
            server.Clock.Advance(TimeSpan.FromHours(1));
            using var reader = await server.SignIn();
            Assert.Equal(
                server.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Assert.Single(await List(server)).LastSignIn?.ToUnixTimeMilliseconds());
        }
    }

    [Fact]
    public async Task Pages_are_read_by_indexes_without_scan_or_sort()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        await Fill(server, 501);
        reads.Forget();
        await List(server);
        Assert.Contains(reads.Plans, plan => plan.Any(step => step.Contains("EmailIndex (NormalizedEmail>", StringComparison.Ordinal)));
        Assert.Empty(reads.Scans);
        Assert.DoesNotContain(reads.Plans.SelectMany(plan => plan), step => step.Contains("ORDER BY", StringComparison.Ordinal));
    }

    private static async Task<List<ListedAccount>> List(RunningServer server)
    {
        var listed = new List<ListedAccount>();
        await foreach (var account in server.Get<ListAccounts>().Run(CancellationToken.None))
            listed.Add(account);
        return listed;
    }

    /// <summary>Adds accounts without passwords, because hashing is slow. Returns their addresses, sorted.</summary>
    private static async Task<List<string>> Fill(RunningServer server, int count)
    {
        var emails = Enumerable.Range(0, count).Select(i => $"user{i}@example.com").ToList();
        await using var db = server.Database();
        db.AddRange(emails.Select(email => new Account
        {
            Id = Guid.NewGuid(), Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(),
            NormalizedUserName = email.ToUpperInvariant(), Created = server.Clock.GetUtcNow(),
        }));
        await db.SaveChangesAsync();
        return [.. emails.Order(StringComparer.Ordinal)];
    }
}
