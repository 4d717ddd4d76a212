namespace OneTimeSecret.Core.Storage;

/// <summary>
/// A page of rows in their order, found by the position of a row and never by counting: a page in the middle costs what the first one does,
/// and each row is on one page while one goes forth or back, also when others are added.
/// </summary>
/// <param name="Rows">The rows, in their order.</param>
/// <param name="AnyBefore">Whether there are rows before the first.</param>
/// <param name="AnyAfter">Whether there are rows behind the last.</param>
internal sealed record KeysetPage<TRow>(IReadOnlyList<TRow> Rows, bool AnyBefore, bool AnyAfter)
{
    /// <summary>The cursors of the pages before and after; null where there is none.</summary>
    /// <param name="place">The position of a row as text.</param>
    public (string? Previous, string? Next) Cursors(Func<TRow, string> place) => (
        AnyBefore ? new TextCursor(Back: true, place(Rows[0])).Text() : null,
        AnyAfter ? new TextCursor(Back: false, place(Rows[^1])).Text() : null);

    /// <summary>Reads the page of <paramref name="size"/> rows behind a position, or before it.</summary>
    /// <remarks>Where nothing lies beyond the position any more, the page is the one at that end.</remarks>
    /// <param name="size">Rows on a page.</param>
    /// <param name="back">Whether the page lies before the position.</param>
    /// <param name="from">The position; null: the page is the first one, or with <paramref name="back"/> the last.</param>
    /// <param name="position">The position of a row.</param>
    /// <param name="read">Reads at most so many rows from behind a position on, backwards or forwards, the nearest first.</param>
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
