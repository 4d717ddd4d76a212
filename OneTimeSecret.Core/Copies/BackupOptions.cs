using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Copies;

/// <summary>Section <c>Backup</c>: copies of the database that the server makes by itself.</summary>
public sealed class BackupOptions
{
    /// <summary>The folder for the copies. Null: the server makes none.</summary>
    public string? Folder { get; set; }

    /// <summary>Hours between two copies.</summary>
    [Range(1, 8760)]
    public int Hours { get; set; } = 24;

    /// <summary>How many copies are kept. Older ones are overwritten and deleted.</summary>
    [Range(1, 1000)]
    public int Keep { get; set; } = 7;

    /// <summary>Whether the copies hold unread secrets and queued mails, sealed.</summary>
    public bool WithSecrets { get; set; }
}
