using System.Text;

namespace OneTimeSecret.Core.Erasure;

/// <summary>A B-tree of a database, as listed in the schema (https://www.sqlite.org/fileformat2.html, section 2.6).</summary>
/// <param name="Root">Its root page.</param>
/// <param name="IsTable">Whether it holds the rows of a table. False: the keys of an index.</param>
/// <param name="Table">The table that it belongs to.</param>
internal sealed record SqliteTree(uint Root, bool IsTable, string Table)
{
    /// <summary>
    /// All trees, read from the same pages as everything else. An SQL query could return the schema of another instant, because the log
    /// contains a commit before SQLite shows it, and a scrub moves every root page.
    /// </summary>
    public static IReadOnlyList<SqliteTree> All(SqlitePages pages)
    {
        var trees = new List<SqliteTree> { new(1, IsTable: true, "sqlite_schema") };
        pages.ShowTree(1, (page, bytes, stretches, holdsRows) =>
        {
            if (!holdsRows || SqlitePage.Read(bytes, SqlitePages.HeaderOf(page)) is null)
                return; // an interior page or an overflow page
            foreach (var stretch in stretches)
                if (stretch.Use == StretchUse.Content && Read(bytes.Slice(stretch.Start, stretch.Length)) is { Root: > 0 } tree)
                    trees.Add(tree);
        });
        return trees;
    }

    /// <summary>Reads a row of type, name, table, root and statement. The first four are short, so the cell holds them whole.</summary>
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
        var root = length is 9 ? 1u : 0; // serial types 8 and 9 are 0 and 1 without bytes
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
