using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// A column of boxes. The feature that maps it marks it (<see cref="SealedColumns.IsSealed{T}"/>) and registers it; key rotation moves
/// its rows to another root, and verify-erasure knows by it which boxes are alive.
/// </summary>
/// <param name="Table">The table's name.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Boxes">All boxes of the column.</param>
public sealed record SealedColumn(string Table, string Column, Func<OtsDbContext, IQueryable<byte[]?>> Boxes)
{
    /// <summary>How its rows are moved to another root; null: they are sealed under something that rotation leaves alone.</summary>
    internal Moves? Rotation { get; init; }

    /// <summary>How the rows of a column are walked and written.</summary>
    /// <param name="Rows">All boxes of the column, with the place that each belongs to.</param>
    /// <param name="Replace">Puts a new box (last) in the place of the old one in the row of that id, if it is still there.</param>
    internal sealed record Moves(Func<OtsDbContext, IQueryable<Row>> Rows, Func<OtsDbContext, byte[], byte[], byte[], Task<int>> Replace);

    /// <summary>A box and where it belongs.</summary>
    internal sealed record Row(BoxContext Place, byte[] Box);
}

/// <summary>How features say which of their columns are sealed.</summary>
internal static class SealedColumns
{
    /// <summary>The annotation of the model that marks a sealed column.</summary>
    public const string Annotation = "OneTimeSecret:Sealed";

    /// <summary>Marks a column of boxes. It must be registered too; a test compares both.</summary>
    public static void IsSealed<T>(this PropertyBuilder<T> property) => property.HasAnnotation(Annotation, true);

    /// <summary>Registers a column of boxes.</summary>
    public static void AddSealed(this IServiceCollection services, SealedColumn column) => services.AddSingleton(column);
}
