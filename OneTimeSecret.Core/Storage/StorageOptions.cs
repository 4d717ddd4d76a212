using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Storage;

/// <summary>Section <c>Storage</c>: where the data is stored and how it is written.</summary>
public sealed class StorageOptions
{
    /// <summary>Folder of the database and, unless <see cref="Keys"/> is set, of the key ring. Relative to the content root.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>The file of the key ring. Null: <c>keyring</c> in the data folder. Another volume keeps keys and data apart.</summary>
    public string? Keys { get; set; }

    /// <summary>Whether other servers may use the same data folder at the same time, if all of them have this setting.</summary>
    public bool Shared { get; set; }

    /// <summary>Seconds to wait for another process that holds the database's write lock.</summary>
    [Range(1, 300)]
    public int BusySeconds { get; set; } = 15;

    /// <summary>The most pending writes. A request beyond them gets 503.</summary>
    [Range(1, 100_000)]
    public int QueueLength { get; set; } = 1024;

    /// <summary>The most writes that share one transaction and so one sync to disk.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 128;

    /// <summary>Seconds without a delete or another write before a scrub rewrites the database, if something was deleted.</summary>
    [Range(1, 86_400)]
    public int ScrubQuietSeconds { get; set; } = 60;

    /// <summary>Hours after a delete before a scrub runs even if writes never pause.</summary>
    [Range(1, 8760)]
    public int ScrubHours { get; set; } = 24;

    /// <summary>The largest database, in MiB, that is scrubbed. A scrub needs as much memory as the database is large.</summary>
    [Range(1, 1_000_000)]
    public int ScrubMaxMegabytes { get; set; } = 512;
}
