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

    /// <summary>
    /// The file with the generation of the database, which shows that a database is an older copy. Null: <c>generation</c> in the data
    /// folder. On another volume it also shows that the whole data folder was restored.
    /// </summary>
    public string? GenerationFile { get; set; }

    /// <summary>Whether other servers may use the same data folder at the same time, if all of them have this setting.</summary>
    public bool Shared { get; set; }

    /// <summary>Bytes of the database, without unused pages, beyond which new secrets are refused. 0: no limit but the volume.</summary>
    [Range(typeof(long), "0", "9000000000000000000")]
    public long MaxBytes { get; set; }

    /// <summary>
    /// Size in MiB of the file that holds room for a full disk: four times the largest secret and 8 MiB at least. Secrets are revealed,
    /// burned and erased with it. New secrets need a quarter of it free besides.
    /// </summary>
    [Range(9, 1_000_000)]
    public int ReserveMegabytes { get; set; } = 64;

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

    /// <summary>
    /// The largest database, in MiB without unused pages, that is scrubbed. A scrub needs as much memory as the database is large. Null: a
    /// quarter of the memory that the process may use.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? ScrubMaxMegabytes { get; set; }

    /// <summary>
    /// The least <see cref="ReserveMegabytes"/> for secrets of so many bytes. One at a time, a secret is deleted in the log and then in the
    /// database; the log has up to 4 MiB before that, and the rest is for what else is written.
    /// </summary>
    public static int LeastReserveMegabytes(long largestSecret) => 8 + (int)Math.Ceiling(4.0 * largestSecret / (1024 * 1024));
}
