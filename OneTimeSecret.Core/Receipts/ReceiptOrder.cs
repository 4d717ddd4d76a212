using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>The time by which receipts are sorted.</summary>
public enum ReceiptSort
{
    /// <summary>When the secret was concealed.</summary>
    Created,

    /// <summary>When the secret expires.</summary>
    SecretExpires,
}

/// <summary>
/// A total order of receipts: by a time, then by id, both in the same direction. So an index that ends in these two columns serves either
/// direction, and a list continues after its last row instead of counting rows from the start.
/// </summary>
internal readonly record struct ReceiptOrder(ReceiptSort By, bool Descending)
{
    public static ReceiptOrder NewestFirst => new(ReceiptSort.Created, Descending: true);

    /// <summary>The order as a part of a cursor, so that a cursor is not valid in another order.</summary>
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
    /// The rows after <paramref name="position"/>, as two consecutive ranges: the rest with the same time, then the rows with times
    /// beyond. With one combined condition the database would read all rows with the same time from their beginning.
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

/// <summary>The position of a row in an order. It stays valid when the row is deleted.</summary>
internal sealed record ReceiptPosition(DateTimeOffset Time, byte[] Id)
{
    /// <summary>The position as a part of a cursor.</summary>
    public string Text => $"{TextCursor.Write(Time)} {Convert.ToHexStringLower(Id)}";

    /// <summary>The position in a part of a cursor; null for other text.</summary>
    public static ReceiptPosition? Parse(string text) =>
        text.Split(' ') is [var number, var hex] && TextCursor.ReadTime(number) is { } time && ListedReceipt.ParseId(hex) is { } id
            ? new ReceiptPosition(time, id)
            : null;
}
