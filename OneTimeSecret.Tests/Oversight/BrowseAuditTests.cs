using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Oversight;

/// <summary>What each search of the audit trail finds.</summary>
public sealed class BrowseAuditTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Short_id_finds_the_creation_and_the_reveal_of_a_secret()
    {
        var (_, other) = await _server.Conceal("other");
        var (key, metadata) = await _server.Conceal("value");
        await _server.TryReveal(key); // in the same millisecond
        Assert.Equal([AuditKind.SecretRevealed, AuditKind.SecretCreated], await Kinds(new(Search: metadata.Name())));
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(Search: $" {other.Name()} ")));
        Assert.Empty(await Kinds(new(Search: "0123abcd")));
        Assert.Empty(await Kinds(new(Search: "not an id")));
        Assert.Empty(await Kinds(new(Search: metadata.Name()[..4]))); // a prefix is not a short id
    }

    [Fact]
    public async Task Creation_recorded_later_than_its_receipt_is_found_by_short_id()
    {
        _server.Clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(3); // at every read of the clock
        var (_, metadata) = await _server.Conceal("value");
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(Search: metadata.Name())));
    }

    [Fact]
    public async Task Short_id_finds_the_creation_only_while_the_receipt_exists_and_other_acts_always()
    {
        var (key, metadata) = await _server.Conceal("value");
        _server.Clock.Advance(Minute);
        await _server.TryReveal(key);
        await _server.Tamper(async db =>
        {
            db.Receipts.RemoveRange(db.Receipts);
            await db.SaveChangesAsync();
        });
        Assert.Equal([AuditKind.SecretRevealed], await Kinds(new(Search: metadata.Name())));
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(AuditKind.SecretCreated)));
    }

    [Fact]
    public async Task Time_filter_shows_only_acts_until_that_time_also_for_one_subject()
    {
        var (key, metadata) = await _server.Conceal("value");
        var created = _server.Clock.GetUtcNow();
        _server.Clock.Advance(Minute);
        await _server.TryReveal(key);
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(Until: created)));
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(Search: metadata.Name(), Until: created)));
        Assert.Equal(2, (await Kinds(new(Until: created + Minute))).Count);
        Assert.Empty(await Kinds(new(Until: created - Minute)));
    }

    [Fact]
    public async Task Email_address_finds_the_acts_of_its_account_and_a_kind_finds_the_acts_of_everybody()
    {
        var owner = await _server.SignedIn(People.Email);
        var (_, metadata) = await _server.Conceal("value", account: owner);
        await _server.Conceal("somebody's");
        Assert.Contains(AuditKind.SecretCreated, await Kinds(new(Search: People.Email.ToUpperInvariant())));
        Assert.Equal(2, (await Kinds(new(AuditKind.SecretCreated))).Count);
        Assert.Empty(await Kinds(new(AuditKind.SecretBurned)));
        Assert.Empty(await Kinds(new(Search: "nobody@example.com")));
        var row = Assert.Single((await Page(new(Search: metadata.Name()))).Items);
        Assert.Equal((owner.Id, People.Email), (row.Row.AccountId, row.Email));
    }

    [Theory, InlineData("203.0.113.9"), InlineData("203.0.113.9/32"), InlineData("::ffff:203.0.113.9")]
    public async Task IP_address_in_any_notation_finds_its_block(string search)
    {
        var admin = await _server.AddAdmin();
        await _server.Get<BlockNetwork>().Run(admin, "203.0.113.9", "abuse", null, CancellationToken.None);
        Assert.Equal([AuditKind.NetworkBlocked], await Kinds(new(Search: search)));
    }

    [Fact]
    public async Task Paging_shows_every_row_once_in_both_directions()
    {
        await _server.Act(120);
        var forth = new List<IReadOnlyList<long>>();
        var page = await Page(new());
        Assert.Null(page.Previous);
        for (forth.Add(Sequences(page)); page.Next is { } next; forth.Add(Sequences(page)))
            page = await Page(new(Cursor: next));
        Assert.Equal([50, 50, 20], forth.Select(rows => rows.Count));
        Assert.Equal(Enumerable.Range(1, 120).Reverse().Select(i => (long)i), forth.SelectMany(rows => rows));
        foreach (var before in forth.AsEnumerable().Reverse().Skip(1))
        {
            page = await Page(new(Cursor: page.Previous));
            Assert.Equal(before, Sequences(page));
        }
        Assert.Null(page.Previous);
        Assert.Equal(forth[0], Sequences(await Page(new(Cursor: "garbage"))));
    }

    private static List<long> Sequences(AuditPage page) => [.. page.Items.Select(item => item.Row.Sequence)];

    private Task<AuditPage> Page(AuditQuery query) => _server.Get<BrowseAudit>().Run(query, CancellationToken.None);

    private async Task<List<AuditKind>> Kinds(AuditQuery query) => [.. (await Page(query)).Items.Select(item => item.Row.Kind)];
}
