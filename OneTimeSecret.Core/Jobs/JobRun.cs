namespace OneTimeSecret.Core.Jobs;

/// <summary>One run of a job, for whoever runs the server. The last runs of each job are kept.</summary>
public sealed class JobRun
{
    /// <summary>The row's id, in the order of time.</summary>
    public required Guid Id { get; init; }

    /// <summary>The job's name, such as <c>purge</c>: see <see cref="JobNames"/>.</summary>
    public required string Job { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended; null while it runs, and for ever if the program was killed meanwhile.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>What came of it.</summary>
    public required JobResult Result { get; set; }

    /// <summary>How many things it did: rows purged, mails sent.</summary>
    public int Count { get; set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Message { get; set; }
}

/// <summary>What came of a run.</summary>
public enum JobResult
{
    /// <summary>It has not ended.</summary>
    Running,

    /// <summary>It did what was due.</summary>
    Done,

    /// <summary>Something kept it from finishing; the next run goes on where it stopped.</summary>
    Delayed,

    /// <summary>It failed; the next run tries again.</summary>
    Failed,
}

/// <summary>The jobs.</summary>
public static class JobNames
{
    /// <summary>Deletes what has expired.</summary>
    public const string Purge = "purge";

    /// <summary>Takes what was deleted out of the files.</summary>
    public const string Erase = "erase";

    /// <summary>Sends the mail that is due.</summary>
    public const string Deliver = "deliver";

    /// <summary>Writes to owners whose secrets will expire unread.</summary>
    public const string Warn = "warn";

    /// <summary>Forgets old mails.</summary>
    public const string Trim = "trim";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Purge, Erase, Deliver, Warn, Trim];
}
