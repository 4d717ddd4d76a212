namespace OneTimeSecret.Core.Banner;

/// <summary>A text at the top of all pages. The table has at most one row.</summary>
public sealed class StoredBanner
{
    /// <summary>The id of the only row.</summary>
    public const int OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public required int Id { get; init; }

    /// <summary>The text, on one line.</summary>
    public required string Text { get; set; }

    /// <summary>When the text was set.</summary>
    public required DateTimeOffset Created { get; set; }

    /// <summary>When the text expires. Null: it stays until it is removed.</summary>
    public DateTimeOffset? Expires { get; set; }
}
