using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Reads a page of all mails, newest first, for administrators: their states, without content, recipient or link.</summary>
public sealed class BrowseMails(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    /// <summary>Mails per page.</summary>
    public const int PageSize = 25;

    /// <summary>Reads the page.</summary>
    /// <param name="state">Only mails in this state. Null: all mails.</param>
    /// <param name="cursor"><see cref="MailPage.Previous"/> or <see cref="MailPage.Next"/>. Null or other text: the first page.</param>
    public async Task<MailPage> Run(MailState? state, string? cursor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (before, place) = TextCursor.Read(cursor, Place.Parse);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var all = db.Mails.AsNoTracking();
        if (state is not null)
            all = all.Where(m => m.State == state);
        var page = await KeysetPage<ListedMail>.Read(
            PageSize, before, place, Place.Of,
            (back, after, take) => Read(db, Range(all, back, after).Take(take), back, now, cancellation));
        var (previous, next) = page.Cursors(mail => Place.Of(mail).Text);
        return new MailPage(page.Rows, previous, next);
    }

    // The condition on Created alone lets the database search the index. With "or" alone it would scan all rows.
    private static IQueryable<StoredMail> Range(IQueryable<StoredMail> all, bool back, Place? after) => (back, after) switch
    {
        (false, null) => all.OrderByDescending(m => m.Created).ThenByDescending(m => m.Id),
        (true, null) => all.OrderBy(m => m.Created).ThenBy(m => m.Id),
        (false, var (created, id)) => all
            .Where(m => m.Created <= created && (m.Created < created || m.Id.CompareTo(id) < 0))
            .OrderByDescending(m => m.Created).ThenByDescending(m => m.Id),
        (true, var (created, id)) => all
            .Where(m => m.Created >= created && (m.Created > created || m.Id.CompareTo(id) > 0))
            .OrderBy(m => m.Created).ThenBy(m => m.Id),
    };

    private static async Task<List<ListedMail>> Read(
        OtsDbContext db, IQueryable<StoredMail> mails, bool back, DateTimeOffset now, CancellationToken cancellation)
    {
        var useful = OutboxMail.Useful(db, now);
        var outbox = db.Outbox;
        var joined =
            from mail in mails
            join account in db.Users on mail.OwnerId equals account.Id
            from content in outbox.Where(content => content.Id == mail.Id).DefaultIfEmpty()
            select new
            {
                Mail = mail,
                account.Email,
                Attempts = (int?)content.Attempts,
                content.NextAttempt,
                IsUseful = useful.Any(m => m.Id == mail.Id),
            };
        var rows = await (back
            ? joined.OrderBy(row => row.Mail.Created).ThenBy(row => row.Mail.Id)
            : joined.OrderByDescending(row => row.Mail.Created).ThenByDescending(row => row.Mail.Id)).ToListAsync(cancellation);
        return [.. rows.Select(row => new ListedMail(
            row.Mail.Id, row.Mail.Kind, row.Email, row.Mail.ReceiptId is { } receipt ? StoredReceipt.ShortId(receipt) : null,
            row.Mail.State, row.Mail.Created, row.Mail.Updated, row.Mail.Reason, row.Attempts, row.NextAttempt,
            CanRetry: row.Mail.State == MailState.Failed && row.NextAttempt is null && row.IsUseful))];
    }

    private sealed record Place(DateTimeOffset Created, Guid Id)
    {
        public string Text => $"{TextCursor.Write(Created)} {Id}";

        public static Place Of(ListedMail mail) => new(mail.Created, mail.Id);

        public static Place? Parse(string text) =>
            text.Split(' ') is [var number, var id] && TextCursor.ReadTime(number) is { } created && Guid.TryParse(id, out var guid)
                ? new Place(created, guid)
                : null;
    }
}

/// <summary>A page of mails.</summary>
/// <param name="Items">The mails, newest first.</param>
/// <param name="Previous">The cursor of the previous page, or null. Opaque, and safe in a URL.</param>
/// <param name="Next">The cursor of the next page, or null.</param>
public sealed record MailPage(IReadOnlyList<ListedMail> Items, string? Previous, string? Next);

/// <summary>A mail in an administrator's list.</summary>
/// <param name="Id">The mail's id.</param>
/// <param name="Kind">What kind of mail it is.</param>
/// <param name="Owner">The address of the account that sends or receives the mail. Null: the account is deleted.</param>
/// <param name="ReceiptShortId">The short id of the receipt that the mail is about. Null: none.</param>
/// <param name="State">The current state.</param>
/// <param name="Created">When the mail was created.</param>
/// <param name="Updated">When the state or the reason last changed.</param>
/// <param name="Reason">Why the last attempt failed. Null: no attempt failed.</param>
/// <param name="Attempts">Number of attempts begun. Null: the content is gone.</param>
/// <param name="NextAttempt">When the next attempt is due. Null: no attempt is planned.</param>
/// <param name="CanRetry">Whether <see cref="RetryMail"/> can put the mail back into the queue.</param>
public sealed record ListedMail(
    Guid Id, MailKind Kind, string? Owner, string? ReceiptShortId, MailState State, DateTimeOffset Created, DateTimeOffset Updated,
    string? Reason, int? Attempts, DateTimeOffset? NextAttempt, bool CanRetry);
