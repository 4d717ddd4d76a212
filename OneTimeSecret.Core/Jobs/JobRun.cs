namespace OneTimeSecret.Core.Jobs;

/// <summary>One run of a job, for the operator. The last runs of each job are kept.</summary>
public sealed class JobRun
{
    /// <summary>The row's id. Ids are ordered by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>The job's name, such as <c>purge</c>: see <see cref="JobNames"/>.</summary>
    public required string Job { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the run ended. Null while it runs, and forever if the program was killed during the run.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>The result.</summary>
    public required JobResult Result { get; set; }

    /// <summary>How many items it processed, such as purged rows or sent mails.</summary>
    public int Count { get; set; }

    /// <summary>What went wrong. Null: nothing.</summary>
    public string? Message { get; set; }
}

/// <summary>The result of a run.</summary>
public enum JobResult
{
    /// <summary>The run has not ended.</summary>
    Running,

    /// <summary>Everything that was due is done.</summary>
    Done,

    /// <summary>The run could not finish. The next run continues where it stopped.</summary>
    Delayed,

    /// <summary>The run failed. The next run tries again.</summary>
    Failed,
}

/// <summary>The names of the jobs.</summary>
public static class JobNames
{
    /// <summary>Deletes what has expired.</summary>
    public const string Purge = "purge";

    /// <summary>Erases deleted data from the files.</summary>
    public const string Erase = "erase";

    /// <summary>Sends the mail that is due.</summary>
    public const string Deliver = "deliver";

    /// <summary>Warns owners whose secrets will expire unread.</summary>
    public const string Warn = "warn";

    /// <summary>Deletes old mails and old rows of the audit trail.</summary>
    public const string Trim = "trim";

    /// <summary>The names of all jobs.</summary>
    public static readonly IReadOnlyList<string> All = [Purge, Erase, Deliver, Warn, Trim];
}
