using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Audit;

/// <summary>Section <c>Audit</c>: the audit trail.</summary>
public sealed class AuditOptions
{
    /// <summary>Whether acts are written into the audit trail. Counts by day are kept in any case.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Days after which rows of the trail are trimmed.</summary>
    [Range(1, 36_500)]
    public int KeepDays { get; set; } = 365;

    /// <summary>
    /// The file of the trail's head. Nobody who can write the database should be able to write this file. Null: <c>audit-head</c> in the
    /// data folder.
    /// </summary>
    public string? HeadFile { get; set; }

    /// <summary>Seconds between two writes of the head.</summary>
    [Range(1, 86_400)]
    public int HeadSeconds { get; set; } = 60;
}
