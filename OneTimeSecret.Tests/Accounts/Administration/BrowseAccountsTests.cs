using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>The list of all accounts.</summary>
public sealed class BrowseAccountsTests
{
    [Fact]
    public async Task Each_account_is_on_one_page_sorted_by_address_in_both_directions()
    {
        await using var server = await RunningServer.Start();
        var emails = await Fill(server, 60);
        var pages = new List<AccountPage> { await Browse(server) };
        while (pages[^1].Next is { } next)
            pages.Add(await Browse(server, cursor: next));
        Assert.Equal([25, 25, 10], pages.Select(page => page.Items.Count));
        Assert.Equal(emails, Emails(pages));
        Assert.Null(pages[0].Previous);

        var back = await Browse(server, cursor: pages[2].Previous);
        Assert.Equal(Emails(pages[1]), Emails(back));
        Assert.Equal(Emails(pages[0]), Emails(await Browse(server, cursor: back.Previous)));
        Assert.Equal(Emails(pages[0]), Emails(await Browse(server, cursor: "no cursor")));
        Assert.Equal(Emails(pages[0]), Emails(await Browse(server, cursor: "AAAA")));
    }

    [Theory]
    [InlineData("USER1", 11)] // user1 and user10 to user19
    [InlineData("  user01", 0)]
    [InlineData("ser", 0)] // finds prefixes only
    [InlineData("user%", 0)]
    [InlineData("user3@example.com", 1)]
    [InlineData("\ud800", 0)] // half a surrogate pair
    [InlineData(" ", 20)]
    public async Task Search_finds_addresses_by_prefix(string search, int found)
    {
        await using var server = await RunningServer.Start();
        await Fill(server, 20);
        Assert.Equal(found, (await Browse(server, search)).Items.Count);
    }

    [Fact]
    public async Task Search_spans_several_pages_and_contains_only_matches()
    {
        await using var server = await RunningServer.Start();
        await Fill(server, 60);
        await Fill(server, 60, "other");
        var first = await Browse(server, "user");
        var second = await Browse(server, "user", first.Next);
        var third = await Browse(server, "user", second.Next);
        Assert.Equal((25, 25, 10), (first.Items.Count, second.Items.Count, third.Items.Count));
        Assert.Null(third.Next);
        Assert.Null((await Browse(server, "user", second.Previous)).Previous); // no match comes before
    }

    [Fact]
    public async Task Deleted_accounts_are_not_listed()
    {
        await using var server = await RunningServer.Start();
        await Fill(server, 3);
        var owner = await server.SignedIn(People.Email);
        await server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None);
        Assert.Equal(3, (await Browse(server)).Items.Count);
        Assert.Null(await server.Get<LookAtAccount>().Run(owner.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Page_is_read_by_an_index_without_scan_or_sort()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        await Fill(server, 60);
        var next = (await Browse(server)).Next;
        reads.Forget();
        var page = await Browse(server, "user", next);
        await Browse(server, "user", page.Previous);
        await server.Get<LookAtAccount>().Run(page.Items[0].Id, CancellationToken.None);
        Assert.Contains(reads.Plans, plan => plan.Any(step => step.Contains("EmailIndex (NormalizedEmail>", StringComparison.Ordinal)));
        Assert.Empty(reads.Scans);
        Assert.DoesNotContain(reads.Plans.SelectMany(plan => plan), step => step.Contains("ORDER BY", StringComparison.Ordinal));
    }

    private static string Emails(params IEnumerable<AccountPage> pages) =>
        string.Join(' ', pages.SelectMany(page => page.Items).Select(account => account.Email));

    private static Task<AccountPage> Browse(RunningServer server, string? search = null, string? cursor = null) =>
        server.Get<BrowseAccounts>().Run(search, cursor, CancellationToken.None);

    /// <summary>Adds accounts without passwords, because hashing is slow. Returns their addresses, sorted.</summary>
    private static async Task<string> Fill(RunningServer server, int count, string name = "user")
    {
        var emails = Enumerable.Range(0, count).Select(i => $"{name}{i}@example.com").ToList();
        await using var db = server.Database();
        db.AddRange(emails.Select(email => new Account
        {
            Id = Guid.NewGuid(), Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(),
            NormalizedUserName = email.ToUpperInvariant(), Created = server.Clock.GetUtcNow(),
        }));
        await db.SaveChangesAsync();
        return string.Join(' ', emails.Order(StringComparer.Ordinal));
    }
}
