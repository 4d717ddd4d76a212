using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// A column of boxes. The feature that maps the column marks it (<see cref="SealedColumns.IsSealed{T}"/>) and registers it. Key rotation
/// reseals its rows, and verify-erasure reads from it which boxes are live.
/// </summary>
/// <param name="Table">The table's name.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Boxes">All boxes of the column.</param>
public sealed record SealedColumn(string Table, string Column, Func<OtsDbContext, IQueryable<byte[]?>> Boxes)
{
    /// <summary>How to reseal its rows with another root. Null: rotation leaves the column alone.</summary>
    internal Moves? Rotation { get; init; }

    /// <summary>How to read and replace the boxes of a column.</summary>
    /// <param name="Rows">All boxes of the column, with the place that each is bound to.</param>
    /// <param name="Replace">Replaces a box if it is unchanged. Arguments: row id, old box, new box.</param>
    internal sealed record Moves(Func<OtsDbContext, IQueryable<Row>> Rows, Func<OtsDbContext, byte[], byte[], byte[], Task<int>> Replace);

    /// <summary>A box and the place that it is bound to.</summary>
    internal sealed record Row(BoxContext Place, byte[] Box);
}

/// <summary>Marks and registers sealed columns.</summary>
internal static class SealedColumns
{
    /// <summary>The annotation of the model that marks a sealed column.</summary>
    public const string Annotation = "OneTimeSecret:Sealed";

    /// <summary>Marks a column of boxes. It must also be registered by <see cref="AddSealed"/>. A test compares both.</summary>
    public static void IsSealed<T>(this PropertyBuilder<T> property) => property.HasAnnotation(Annotation, true);

    /// <summary>Registers a column of boxes.</summary>
    public static void AddSealed(this IServiceCollection services, SealedColumn column) => services.AddSingleton(column);
}
