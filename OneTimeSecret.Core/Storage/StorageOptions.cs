using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Storage;

/// <summary>Section <c>Storage</c>: where the data lies and how it is written.</summary>
public sealed class StorageOptions
{
    /// <summary>Folder of the database and, unless <see cref="Keys"/> says otherwise, the key ring. Relative to the content root.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>The key ring's file; <c>keyring</c> in the data folder when not set. Another volume parts key and data.</summary>
    public string? Keys { get; set; }

    /// <summary>Seconds to wait for another process that holds the database's write lock.</summary>
    [Range(1, 300)]
    public int BusySeconds { get; set; } = 15;

    /// <summary>Writes that may wait; one more is answered 503.</summary>
    [Range(1, 100_000)]
    public int QueueLength { get; set; } = 1024;

    /// <summary>Writes that share one transaction and so one sync to disk.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 128;

    /// <summary>Seconds without a delete and a write after which a scrub writes the database anew, if something was deleted.</summary>
    [Range(1, 86_400)]
    public int ScrubQuietSeconds { get; set; } = 60;

    /// <summary>Hours after which a delete is scrubbed away though it is never quiet.</summary>
    [Range(1, 8760)]
    public int ScrubHours { get; set; } = 24;

    /// <summary>The largest database, in MiB, that is scrubbed. A scrub works in memory, and takes as much.</summary>
    [Range(1, 1_000_000)]
    public int ScrubMaxMegabytes { get; set; } = 512;
}
