using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>By which time receipts are listed.</summary>
public enum ReceiptSort
{
    /// <summary>When the secret was concealed.</summary>
    Created,

    /// <summary>The end of the secret's life.</summary>
    SecretExpires,
}

/// <summary>
/// A total order of receipts, by a time and then by id, both the same way: so an index that ends in the two is walked as it stands,
/// in either direction, and a list goes on behind its last row instead of counting rows from the start.
/// </summary>
internal readonly record struct ReceiptOrder(ReceiptSort By, bool Descending)
{
    public static ReceiptOrder NewestFirst => new(ReceiptSort.Created, Descending: true);

    /// <summary>The order as a cursor tells it, so that the cursor leads nowhere in another order.</summary>
    public string Text => $"{(int)By}{(Descending ? '-' : '+')}";

    public ReceiptOrder Reversed => this with { Descending = !Descending };

    private string Column => By == ReceiptSort.Created ? nameof(StoredReceipt.Created) : nameof(StoredReceipt.SecretExpires);

    public ReceiptPosition PositionOf(StoredReceipt row) => new(By == ReceiptSort.Created ? row.Created : row.SecretExpires, row.Id);

    public IQueryable<StoredReceipt> Sort(IQueryable<StoredReceipt> rows)
    {
        var column = Column;
        return Descending
            ? rows.OrderByDescending(r => EF.Property<DateTimeOffset>(r, column)).ThenByDescending(r => r.Id)
            : rows.OrderBy(r => EF.Property<DateTimeOffset>(r, column)).ThenBy(r => r.Id);
    }

    /// <summary>
    /// What comes after <paramref name="position"/>, as two ranges that follow each other: the rest of its instant, and later ones. In one
    /// condition the database would walk through all rows of the instant from its beginning.
    /// </summary>
    public IReadOnlyList<IQueryable<StoredReceipt>> After(IQueryable<StoredReceipt> rows, ReceiptPosition? position)
    {
        if (position is not var (time, id))
            return [rows];
        var column = Column;
        var sameTime = rows.Where(r => EF.Property<DateTimeOffset>(r, column) == time);
        return Descending
            ? [sameTime.Where(r => OtsDbContext.IsBefore(r.Id, id)), rows.Where(r => EF.Property<DateTimeOffset>(r, column) < time)]
            : [sameTime.Where(r => OtsDbContext.IsBefore(id, r.Id)), rows.Where(r => EF.Property<DateTimeOffset>(r, column) > time)];
    }
}

/// <summary>The place of a row in an order; it stays when the row goes.</summary>
internal sealed record ReceiptPosition(DateTimeOffset Time, byte[] Id)
{
    /// <summary>The place as a cursor tells it.</summary>
    public string Text => $"{TextCursor.Write(Time)} {Convert.ToHexStringLower(Id)}";

    /// <summary>The place in the text of a cursor; null for other text.</summary>
    public static ReceiptPosition? Parse(string text) =>
        text.Split(' ') is [var number, var hex] && TextCursor.ReadTime(number) is { } time && ListedReceipt.ParseId(hex) is { } id
            ? new ReceiptPosition(time, id)
            : null;
}
