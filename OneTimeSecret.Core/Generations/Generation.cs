namespace OneTimeSecret.Core.Generations;

/// <summary>
/// The one row that identifies the database and counts how often something was claimed, revoked or changed that an older copy of the
/// database would undo (docs/adr/0014). The same two values are in a file outside the database: see <see cref="GenerationFile"/>.
/// </summary>
public sealed class Generation
{
    /// <summary>A random id. It changes when a restored copy is accepted, so two databases that went different ways differ.</summary>
    public required Guid Database { get; init; }

    /// <summary>The number of committed batches that an older copy would undo.</summary>
    public required long Number { get; set; }
}
