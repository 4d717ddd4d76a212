using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Section <c>Jobs</c>: how often the server looks for what is due by itself, in seconds.</summary>
public sealed class JobOptions
{
    /// <summary>Between two looks for secrets and receipts that have expired.</summary>
    [Range(1, 86_400)]
    public int PurgeSeconds { get; set; } = 60;

    /// <summary>Between two looks for deleted content that is still in the files.</summary>
    [Range(1, 86_400)]
    public int EraseSeconds { get; set; } = 3;

    /// <summary>Between two looks for mail whose next attempt is due. New mail is not waited for.</summary>
    [Range(1, 86_400)]
    public int DeliverSeconds { get; set; } = 20;

    /// <summary>Between two looks for owners to be warned of an expiry.</summary>
    [Range(1, 86_400)]
    public int WarnSeconds { get; set; } = 600;

    /// <summary>Between two looks for old mails and old rows of the audit trail.</summary>
    [Range(1, 86_400)]
    public int TrimSeconds { get; set; } = 3600;

    /// <summary>How long it is between two looks of <paramref name="job"/>.</summary>
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
