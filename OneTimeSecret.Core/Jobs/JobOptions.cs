using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Section <c>Jobs</c>: the intervals, in seconds, at which the server looks for due work.</summary>
public sealed class JobOptions
{
    /// <summary>Interval of the search for expired secrets and receipts.</summary>
    [Range(1, 86_400)]
    public int PurgeSeconds { get; set; } = 60;

    /// <summary>Interval of the search for deleted content that is still in the files.</summary>
    [Range(1, 86_400)]
    public int EraseSeconds { get; set; } = 3;

    /// <summary>Interval of the search for mail whose next attempt is due. New mail is sent at once.</summary>
    [Range(1, 86_400)]
    public int DeliverSeconds { get; set; } = 20;

    /// <summary>Interval of the search for owners to be warned that a secret expires.</summary>
    [Range(1, 86_400)]
    public int WarnSeconds { get; set; } = 600;

    /// <summary>Interval of the search for old mails and old rows of the audit trail.</summary>
    [Range(1, 86_400)]
    public int TrimSeconds { get; set; } = 3600;

    /// <summary>The interval of <paramref name="job"/>.</summary>
    public TimeSpan Interval(string job) => TimeSpan.FromSeconds(job switch
    {
        JobNames.Purge => PurgeSeconds,
        JobNames.Erase => EraseSeconds,
        JobNames.Deliver => DeliverSeconds,
        JobNames.Warn => WarnSeconds,
        JobNames.Trim => TrimSeconds,
        _ => throw new ArgumentOutOfRangeException(nameof(job), job, "There is no such job."),
    });
}
