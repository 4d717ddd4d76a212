using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Oversight;

/// <summary>
/// Reads the state of the server at a glance. It uses counters that are updated as things happen, so the cost hardly grows with the
/// amount of stored data.
/// </summary>
public sealed class ReadOverview(
    IDbContextFactory<OtsDbContext> contexts, StorageRoom room, WriteQueue queue, Leftovers leftovers, LastRuns jobs, SteadyClock clock)
{
    /// <summary>Number of days shown, including today.</summary>
    public const int Days = 30;

    /// <summary>Mails are counted up to this number.</summary>
    public const int MostMails = 1000;

    /// <summary>Reads the overview.</summary>
    public async Task<Overview> Run(CancellationToken cancellation)
    {
        var reading = clock.Read();
        var today = DayCount.Of(reading.Time);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var days = await db.DayCounts.AsNoTracking().Where(d => d.Day > today - Days).ToDictionaryAsync(d => d.Day, cancellation);
        var live = await Tally.Live(db, cancellation);
        return new Overview
        {
            Days = [.. Enumerable.Range(today - Days + 1, Days).Select(day => days.GetValueOrDefault(day) ?? new DayCount { Day = day })],
            Secrets = live.Secrets,
            SecretBytes = live.Bytes,
            Clock = reading,
            Room = await room.Look(cancellation),
            QueueDepth = queue.Depth,
            OldestDelete = leftovers.OldestUnerased,
            MailsWaiting = await db.Outbox.Where(m => m.NextAttempt != null).OrderBy(m => m.NextAttempt)
                .Take(MostMails).CountAsync(cancellation),
            DeadLetters = await db.Mails.Where(m => m.State == MailState.Failed).OrderBy(m => m.Created)
                .Take(MostMails).CountAsync(cancellation),
            Jobs = (await jobs.Run(1, cancellation)).ToDictionary(
                job => job.Key, job => job.Value.Count > 0 ? job.Value[0] : null, StringComparer.Ordinal),
        };
    }
}

/// <summary>The state of the server.</summary>
public sealed record Overview
{
    /// <summary>What happened on each of the last <see cref="ReadOverview.Days"/> days, oldest first.</summary>
    public required IReadOnlyList<DayCount> Days { get; init; }

    /// <summary>Number of unread secrets.</summary>
    public required long Secrets { get; init; }

    /// <summary>Size of the boxes of all unread secrets, in bytes.</summary>
    public required long SecretBytes { get; init; }

    /// <summary>The clocks.</summary>
    public required ClockReading Clock { get; init; }

    /// <summary>The room for new secrets.</summary>
    public required Room Room { get; init; }

    /// <summary>Number of pending writes.</summary>
    public required int QueueDepth { get; init; }

    /// <summary>Time of the oldest delete whose bytes may still be in the files; null: none.</summary>
    public required DateTimeOffset? OldestDelete { get; init; }

    /// <summary>Queued mails, counted up to <see cref="ReadOverview.MostMails"/>.</summary>
    public required int MailsWaiting { get; init; }

    /// <summary>Undeliverable mails, counted up to <see cref="ReadOverview.MostMails"/>.</summary>
    public required int DeadLetters { get; init; }

    /// <summary>The last run of each job; null: the job has not run.</summary>
    public required IReadOnlyDictionary<string, JobRun?> Jobs { get; init; }
}
