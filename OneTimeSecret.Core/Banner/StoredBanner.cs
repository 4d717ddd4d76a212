namespace OneTimeSecret.Core.Banner;

/// <summary>A text on top of all pages. There is one row at most.</summary>
public sealed class StoredBanner
{
    /// <summary>The id of the only row.</summary>
    public const int OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public required int Id { get; init; }

    /// <summary>The text, on one line.</summary>
    public required string Text { get; set; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Created { get; set; }

    /// <summary>Until when it is shown; null: until it is taken away.</summary>
    public DateTimeOffset? Expires { get; set; }
}
