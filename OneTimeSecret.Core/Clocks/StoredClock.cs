namespace OneTimeSecret.Core.Clocks;

/// <summary>The latest time that the server has seen. The table has at most one row.</summary>
public sealed class StoredClock
{
    /// <summary>The id of the only row.</summary>
    public const int OnlyId = 1;

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public required int Id { get; init; }

    /// <summary>The latest time that was beyond doubt, at most some minutes old while a server runs.</summary>
    public required DateTimeOffset Latest { get; set; }

    /// <summary>The last <c>clock accept</c>, so that a running server notices it. Null: there was none.</summary>
    public Guid? Acceptance { get; set; }
}
