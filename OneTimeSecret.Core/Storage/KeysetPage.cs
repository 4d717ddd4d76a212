namespace OneTimeSecret.Core.Storage;

/// <summary>
/// A page of an ordered list, by keyset pagination: a page starts at the position of a row and not at an offset. So every page costs the
/// same, and a reader who pages forward or back sees each row once, even while rows are added.
/// </summary>
/// <param name="Rows">The rows, in the order of the list.</param>
/// <param name="AnyBefore">Whether there are rows before the first row.</param>
/// <param name="AnyAfter">Whether there are rows after the last row.</param>
internal sealed record KeysetPage<TRow>(IReadOnlyList<TRow> Rows, bool AnyBefore, bool AnyAfter)
{
    /// <summary>The cursors of the previous and the next page. Null: there is no such page.</summary>
    /// <param name="place">Returns the position of a row as text.</param>
    public (string? Previous, string? Next) Cursors(Func<TRow, string> place) => (
        AnyBefore ? new TextCursor(Back: true, place(Rows[0])).Text() : null,
        AnyAfter ? new TextCursor(Back: false, place(Rows[^1])).Text() : null);

    /// <summary>Reads the page of <paramref name="size"/> rows after a position, or before it.</summary>
    /// <remarks>If there are no rows beyond the position any more, the result is the page at that end of the list.</remarks>
    /// <param name="size">Rows on a page.</param>
    /// <param name="back">Whether to read the page before the position.</param>
    /// <param name="from">The position. Null: the first page, or the last one if <paramref name="back"/> is true.</param>
    /// <param name="position">Returns the position of a row.</param>
    /// <param name="read">Reads rows beyond a position, the nearest first. Arguments: backwards or not, the position, the limit.</param>
    public static async Task<KeysetPage<TRow>> Read<TPosition>(
        int size, bool back, TPosition? from, Func<TRow, TPosition> position, Func<bool, TPosition?, int, Task<List<TRow>>> read)
        where TPosition : class
    {
        var rows = await read(back, from, size + 1);
        if (rows.Count == 0 && from is not null)
            (back, from, rows) = (!back, null, await read(!back, null, size + 1));
        var more = rows.Count > size;
        if (more)
            rows.RemoveAt(size);
        if (back)
            rows.Reverse();
        if (rows.Count == 0)
            return new KeysetPage<TRow>([], false, false);
        return new KeysetPage<TRow>(
            rows,
            AnyBefore: back ? more : from is not null && (await read(true, position(rows[0]), 1)).Count > 0,
            AnyAfter: back ? from is not null && (await read(false, position(rows[^1]), 1)).Count > 0 : more);
    }
}
