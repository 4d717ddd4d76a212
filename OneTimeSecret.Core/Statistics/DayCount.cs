namespace OneTimeSecret.Core.Statistics;

/// <summary>The counts of one day (UTC). Every operation updates them, so that no query has to count the rows of other tables.</summary>
public sealed class DayCount
{
    /// <summary>The day, as days since 1970-01-01.</summary>
    public required int Day { get; init; }

    /// <summary>Secrets that were concealed.</summary>
    public long Created { get; set; }

    /// <summary>Secrets that were revealed.</summary>
    public long Revealed { get; set; }

    /// <summary>Secrets that were destroyed unread, by anybody.</summary>
    public long Burned { get; set; }

    /// <summary>Secrets that expired unread, counted when they were purged.</summary>
    public long Expired { get; set; }

    /// <summary>Change in the number of unread secrets, may be negative. The sum of all days is the current number.</summary>
    public long Secrets { get; set; }

    /// <summary>Change in the total size of their boxes, in bytes. May be negative.</summary>
    public long Bytes { get; set; }

    /// <summary>The day of <paramref name="time"/>.</summary>
    internal static int Of(DateTimeOffset time) => (int)(time.ToUnixTimeSeconds() / 86_400);
}
