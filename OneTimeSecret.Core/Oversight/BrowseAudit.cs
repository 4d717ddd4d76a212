using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Oversight;

/// <summary>Lists the audit trail in pages, for administrators. The cost of a page does not grow with the length of the trail.</summary>
public sealed class BrowseAudit(IDbContextFactory<OtsDbContext> contexts)
{
    private const int PageSize = 50;

    /// <summary>Maximum number of receipts that one short id is resolved to. Collisions are rare.</summary>
    private const int MostOfOneName = 8;

    /// <summary>The page for <paramref name="query"/>, latest rows first.</summary>
    public async Task<AuditPage> Run(AuditQuery query, CancellationToken cancellation)
    {
        try
        {
            return await Read(query, cancellation);
        }
        catch (Exception fault) when (AuditRows.IsUnreadable(fault))
        {
            return new AuditPage([], null, null, IsReadable: false);
        }
    }

    private async Task<AuditPage> Read(AuditQuery query, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        if (await Narrow(db, query, cancellation) is not { } rows)
            return new AuditPage([], null, null);
        var (before, place) = TextCursor.Read(query.Cursor, Place.Of);
        var page = await KeysetPage<AuditEntry>.Read(
            PageSize, before, place, entry => new Place(entry.Row.Sequence),
            (back, from, take) => Select(db, back, from, rows, take, cancellation));
        var (previous, next) = page.Cursors(entry => new Place(entry.Row.Sequence).Text);
        return new AuditPage(page.Rows, previous, next);
    }

    /// <summary>The rows that match; null if none can match. Besides the time one criterion applies, so that an index finds them.</summary>
    private static async Task<IQueryable<AuditEvent>?> Narrow(OtsDbContext db, AuditQuery query, CancellationToken cancellation)
    {
        var rows = db.AuditEvents.AsNoTracking();
        if (query.Until is { } until)
        {
            var last = await db.AuditEvents.Where(e => e.Time <= until).OrderByDescending(e => e.Time).ThenByDescending(e => e.Sequence)
                .Select(e => e.Sequence).FirstOrDefaultAsync(cancellation);
            rows = rows.Where(e => e.Sequence <= last);
        }
        var text = query.Search?.Trim() ?? "";
        if (text.Length == 0)
            return query.Kind is { } kind ? rows.Where(e => e.Kind == kind) : rows;
        if (EmailAddress.ParseStored(text) is not { } address)
            return await About(db, rows, NetworkText.Parse(text)?.ToString() ?? text, cancellation);
        var account = await db.Users.WithAddress(address).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);
        return account is null ? null : rows.Where(e => e.AccountId == account);
    }

    /// <summary>
    /// The acts on a subject. The index of subjects leaves out creations (docs/adr/0010). As long as the receipt exists, the row of
    /// its creation is found by the receipt's creation time.
    /// </summary>
    private static async Task<IQueryable<AuditEvent>> About(
        OtsDbContext db, IQueryable<AuditEvent> rows, string subject, CancellationToken cancellation)
    {
        var found = rows.Where(e => e.Subject == subject && e.Kind != AuditKind.SecretCreated);
        if (ReceiptSearch.OfShortId(subject) is not { } ids)
            return found;
        var created = await ids.Narrow(db.Receipts, null).OrderBy(r => r.Id).Take(MostOfOneName).Select(r => r.Created)
            .ToListAsync(cancellation);
        // `+ 0` keeps the database from using the index on Kind, so that it uses the one on Time.
        return created.Distinct().Aggregate(found, (all, time) => all.Concat(rows.Where(
            e => e.Time == time && e.Subject == subject && (int)e.Kind + 0 == (int)AuditKind.SecretCreated)));
    }

    private static Task<List<AuditEntry>> Select(
        OtsDbContext db, bool back, Place? from, IQueryable<AuditEvent> rows, int take, CancellationToken cancellation)
    {
        var place = from?.Sequence;
        var sorted = back
            ? rows.Where(e => place == null || e.Sequence > place).OrderBy(e => e.Sequence)
            : rows.Where(e => place == null || e.Sequence < place).OrderByDescending(e => e.Sequence);
        return sorted.Take(take)
            .Select(e => new AuditEntry(e, db.Users.Where(a => a.Id == e.AccountId).Select(a => a.Email).FirstOrDefault()))
            .ToListAsync(cancellation);
    }

    private sealed record Place(long Sequence)
    {
        public string Text => Sequence.ToString(CultureInfo.InvariantCulture);

        public static Place? Of(string text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? new Place(sequence) : null;
    }
}

/// <summary>Selects a page of the audit trail.</summary>
/// <param name="Kind">Only acts of this kind; null: all. Ignored if there is a <paramref name="Search"/>.</param>
/// <param name="Search">
/// The address of an account finds its acts. A subject (a short id, the id of an account, a network) finds the acts on it. Null or blank:
/// all.
/// </param>
/// <param name="Until">Only acts up to this time; null: all.</param>
/// <param name="Cursor"><see cref="AuditPage.Previous"/> or <see cref="AuditPage.Next"/>. Null or other text: the first page.</param>
public sealed record AuditQuery(AuditKind? Kind = null, string? Search = null, DateTimeOffset? Until = null, string? Cursor = null);

/// <summary>A page of the audit trail.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Previous">The cursor of the previous page; null if there is none.</param>
/// <param name="Next">The cursor of the next page; null if there is none.</param>
/// <param name="IsReadable">False: a row of this page was changed outside the program and cannot be read. No items then.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, string? Previous, string? Next, bool IsReadable = true);

/// <summary>A row of the audit trail with the current address of its account.</summary>
/// <param name="Row">The row.</param>
/// <param name="Email">The address of the account that did it; null: no account, or a deleted account.</param>
public sealed record AuditEntry(AuditEvent Row, string? Email);
