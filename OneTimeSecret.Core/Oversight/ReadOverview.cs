using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Oversight;

/// <summary>
/// How the server does, at a glance: from counts that are kept as things happen, so that looking costs next to nothing however much is
/// stored.
/// </summary>
public sealed class ReadOverview(
    IDbContextFactory<OtsDbContext> contexts, DataFolder folder, WriteQueue queue, Leftovers leftovers, LastRuns jobs, TimeProvider time)
{
    /// <summary>Days that are shown, today among them.</summary>
    public const int Days = 30;

    /// <summary>As far as mails are counted.</summary>
    public const int MostMails = 1000;

    /// <summary>Reads it.</summary>
    public async Task<Overview> Run(CancellationToken cancellation)
    {
        var today = DayCount.Of(time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var days = await db.DayCounts.AsNoTracking().Where(d => d.Day > today - Days).ToDictionaryAsync(d => d.Day, cancellation);
        var live = await Tally.Live(db, cancellation);
        return new Overview
        {
            Days = [.. Enumerable.Range(today - Days + 1, Days).Select(day => days.GetValueOrDefault(day) ?? new DayCount { Day = day })],
            Secrets = live.Secrets,
            SecretBytes = live.Bytes,
            DatabaseBytes = Length(folder.Database),
            LogBytes = Length(folder.Database + "-wal"),
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

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}

/// <summary>How the server does.</summary>
public sealed record Overview
{
    /// <summary>What happened on each of the last <see cref="ReadOverview.Days"/> days, the oldest first.</summary>
    public required IReadOnlyList<DayCount> Days { get; init; }

    /// <summary>Unread secrets.</summary>
    public required long Secrets { get; init; }

    /// <summary>Bytes of their boxes.</summary>
    public required long SecretBytes { get; init; }

    /// <summary>Bytes of the database's file.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>Bytes of the database's write-ahead log.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Writes that wait.</summary>
    public required int QueueDepth { get; init; }

    /// <summary>The oldest delete whose bytes may still be in the files; null: there is none.</summary>
    public required DateTimeOffset? OldestDelete { get; init; }

    /// <summary>Mails that wait, <see cref="ReadOverview.MostMails"/> at most.</summary>
    public required int MailsWaiting { get; init; }

    /// <summary>Mails that were given up, <see cref="ReadOverview.MostMails"/> at most.</summary>
    public required int DeadLetters { get; init; }

    /// <summary>The last run of each job; null: it has not run.</summary>
    public required IReadOnlyDictionary<string, JobRun?> Jobs { get; init; }
}
