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
    public async Task A_short_id_finds_the_creation_and_what_became_of_it()
    {
        var (_, other) = await _server.Conceal("other");
        var (key, metadata) = await _server.Conceal("value");
        await _server.TryReveal(key); // in the very millisecond
        Assert.Equal([AuditKind.SecretRevealed, AuditKind.SecretCreated], await Kinds(new(Search: metadata.Name())));
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(Search: $" {other.Name()} ")));
        Assert.Empty(await Kinds(new(Search: "0123abcd")));
        Assert.Empty(await Kinds(new(Search: "not an id")));
        Assert.Empty(await Kinds(new(Search: metadata.Name()[..4]))); // a beginning names no subject
    }

    [Fact]
    public async Task A_creation_that_waited_for_its_turn_is_found_all_the_same()
    {
        _server.Clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(3); // whenever somebody looks
        var (_, metadata) = await _server.Conceal("value");
        Assert.Equal([AuditKind.SecretCreated], await Kinds(new(Search: metadata.Name())));
    }

    [Fact]
    public async Task A_creation_is_found_as_long_as_its_receipt_lives_and_the_rest_as_long_as_the_trail()
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
    public async Task A_time_shows_what_happened_until_then_also_of_one_subject()
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
    public async Task An_address_finds_what_its_account_did_and_a_kind_what_all_did()
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
    public async Task An_address_finds_its_own_block_however_it_is_written(string search)
    {
        var admin = await _server.AddAdmin();
        await _server.Get<BlockNetwork>().Run(admin, "203.0.113.9", "abuse", null, CancellationToken.None);
        Assert.Equal([AuditKind.NetworkBlocked], await Kinds(new(Search: search)));
    }

    [Fact]
    public async Task Pages_go_forth_and_back_through_every_row_once()
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
