using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Mail;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>The administrators' list of all mails.</summary>
public sealed class BrowseMailsTests
{
    [Theory, InlineData(null, 60), InlineData(MailState.Failed, 30)]
    public async Task Each_mail_is_on_exactly_one_page_newest_first_and_paging_works_in_both_directions(MailState? state, int count)
    {
        await using var server = await RunningServer.Start();
        await Fill(server);
        var pages = new List<MailPage> { await Browse(server, state) };
        while (pages[^1].Next is { } next)
            pages.Add(await Browse(server, state, next));
        var all = pages.SelectMany(page => page.Items).ToList();
        Assert.Equal(count, all.Count);
        Assert.Equal(count, all.Select(mail => mail.Id).Distinct().Count());
        Assert.Equal(all.Select(mail => mail.Created).OrderDescending(), all.Select(mail => mail.Created));
        Assert.All(all, mail => Assert.True(state is null || mail.State == state));
        Assert.Null(pages[0].Previous);
        Assert.Equal(Ids(pages[^2]), Ids(await Browse(server, state, pages[^1].Previous)));
        Assert.Equal(Ids(pages[0]), Ids(await Browse(server, state, "no cursor")));
    }

    [Fact]
    public async Task A_mail_is_shown_without_recipient_and_content()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var owner = await server.SignedIn("sender@example.com");
        var receipt = await server.Mail(owner, "friend@elsewhere.example");
        var mail = Assert.Single((await Browse(server)).Items);
        Assert.Equal(("sender@example.com", MailKind.SecretLink, MailState.Queued), (mail.Owner, mail.Kind, mail.State));
        Assert.Equal(Convert.ToHexStringLower(MetadataKey.Parse(receipt.MetadataKey)!.Id)[..8], mail.ReceiptShortId);
        Assert.Equal((0, false), (mail.Attempts, mail.CanRetry));
        Assert.NotNull(mail.NextAttempt);
        Assert.DoesNotContain("elsewhere", mail.ToString(), StringComparison.Ordinal);

        await server.Get<DeliverMail>().Run(CancellationToken.None);
        mail = Assert.Single((await Browse(server, MailState.Sent)).Items);
        Assert.Null(mail.Attempts);
        Assert.Empty((await Browse(server, MailState.Queued)).Items);
    }

    [Theory, InlineData(null), InlineData(MailState.Sent)]
    public async Task Page_of_mails_is_read_through_an_index(MailState? state)
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        await Fill(server);
        var next = (await Browse(server, state)).Next;
        reads.Forget();
        await Browse(server, state);
        Assert.All(reads.Plans, plan => Assert.Contains("_Created", plan[1], StringComparison.Ordinal));
        reads.Forget();
        await Browse(server, state, (await Browse(server, state, next)).Previous);
        var steps = reads.Plans.SelectMany(plan => plan).ToList();
        Assert.Empty(reads.Scans);
        Assert.Contains(steps, step => step.Contains(state is null ? "(Created<?)" : "(State=? AND Created<?)", StringComparison.Ordinal));
    }

    private static IEnumerable<Guid> Ids(MailPage page) => page.Items.Select(mail => mail.Id);

    private static Task<MailPage> Browse(RunningServer server, MailState? state = null, string? cursor = null) =>
        server.Get<BrowseMails>().Run(state, cursor, CancellationToken.None);

    /// <summary>Adds sixty mails, three at each time, alternately sent and failed.</summary>
    private static async Task Fill(RunningServer server)
    {
        var owner = await server.SignedIn("sender@example.com");
        var now = server.Clock.GetUtcNow();
        await using var db = server.Database();
        db.AddRange(Enumerable.Range(0, 60).Select(i => new StoredMail
        {
            Id = Guid.NewGuid(), Kind = MailKind.AccountNotice, OwnerId = owner.Id, RecipientHash = new byte[32],
            MailboxHash = new byte[32], State = i % 2 == 0 ? MailState.Sent : MailState.Failed,
            Created = now.AddMinutes(i / 3), Updated = now,
        }));
        await db.SaveChangesAsync();
        Assert.Equal(60, await db.Mails.CountAsync());
    }
}
