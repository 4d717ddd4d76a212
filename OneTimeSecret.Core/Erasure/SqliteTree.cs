using System.Text;

namespace OneTimeSecret.Core.Erasure;

/// <summary>A tree of a database, as its schema names it (https://www.sqlite.org/fileformat2.html, section 2.6).</summary>
/// <param name="Root">Its first page.</param>
/// <param name="IsTable">Whether it holds rows, and not the keys of an index.</param>
/// <param name="Table">The table that it belongs to.</param>
internal sealed record SqliteTree(uint Root, bool IsTable, string Table)
{
    /// <summary>
    /// All trees. Read from the same pages as everything else: asked by SQL, the schema may be that of another instant, since the log
    /// has a commit in it before SQLite tells of it, and a scrub moves every root.
    /// </summary>
    public static IReadOnlyList<SqliteTree> All(SqlitePages pages)
    {
        var trees = new List<SqliteTree> { new(1, IsTable: true, "sqlite_schema") };
        pages.ShowTree(1, (page, bytes, stretches, holdsRows) =>
        {
            if (!holdsRows || SqlitePage.Read(bytes, SqlitePages.HeaderOf(page)) is null)
                return; // on the way to rows, or the rest of a long one
            foreach (var stretch in stretches)
                if (stretch.Use == StretchUse.Content && Read(bytes.Slice(stretch.Start, stretch.Length)) is { Root: > 0 } tree)
                    trees.Add(tree);
        });
        return trees;
    }

    /// <summary>A row of type, name, table, root and statement; the first four are short and so lie in the cell.</summary>
    private static SqliteTree Read(ReadOnlySpan<byte> cell)
    {
        var at = 0;
        SqlitePage.Variable(cell, ref at); // the length of the row
        SqlitePage.Variable(cell, ref at); // its id
        var value = at;
        value += (int)SqlitePage.Variable(cell, ref at);
        var type = Text(cell, ref at, ref value);
        Text(cell, ref at, ref value);
        var table = Text(cell, ref at, ref value);
        var length = SqlitePage.Variable(cell, ref at);
        var root = length is 9 ? 1u : 0; // the numbers 0 and 1 take no bytes
        for (var i = 0; i < length && length <= sizeof(uint); i++)
            root = (root << 8) | cell[value + i];
        return new SqliteTree(root, type is "table", table);
    }

    private static string Text(ReadOnlySpan<byte> cell, ref int at, ref int value)
    {
        var length = (int)(SqlitePage.Variable(cell, ref at) - 13) / 2;
        value += length;
        return Encoding.UTF8.GetString(cell.Slice(value - length, length));
    }
}
