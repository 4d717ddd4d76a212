namespace OneTimeSecret.Core.Statistics;

/// <summary>What happened on one day (UTC), counted as it happens, so that nobody has to walk through tables for it.</summary>
public sealed class DayCount
{
    /// <summary>The day, as days since 1970-01-01.</summary>
    public required int Day { get; init; }

    /// <summary>Secrets that were concealed.</summary>
    public long Created { get; set; }

    /// <summary>Secrets that were revealed.</summary>
    public long Revealed { get; set; }

    /// <summary>Secrets that were destroyed unread, by whomever.</summary>
    public long Burned { get; set; }

    /// <summary>Secrets that ran out unread, when they were purged.</summary>
    public long Expired { get; set; }

    /// <summary>By how many the unread secrets became more; negative: fewer. The sum of all days is how many there are.</summary>
    public long Secrets { get; set; }

    /// <summary>By how many bytes their boxes became more.</summary>
    public long Bytes { get; set; }

    /// <summary>The day of a time.</summary>
    internal static int Of(DateTimeOffset time) => (int)(time.ToUnixTimeSeconds() / 86_400);
}
