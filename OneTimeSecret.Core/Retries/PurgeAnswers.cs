using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Retries;

/// <summary>
/// Deletes kept answers at the end of their time, also when the setting is off again. The erasure that follows removes their bytes from the
/// files. It remembers when the next one ends, so that it reads the table only then, at the start, and every five seconds (other servers
/// may use the same data folder, and one of them may have been killed).
/// </summary>
/// <remarks>
/// Does not wait while the clock is in doubt, as other purges do: keeping an answer too long is worse than ending it early.
/// </remarks>
public sealed class PurgeAnswers(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time)
{
    private const int BatchSize = 32;

    /// <summary>Bytes of answers in a batch. Deleting writes as much to the log, and the disk may be full.</summary>
    private const int BatchBytes = 1024 * 1024;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Says that a row may have been written that ends then. Called after the write, whatever its outcome.</summary>
    internal void Expect(DateTimeOffset until)
    {
        lock (_gate)
            _next = until < _next ? until : _next;
    }

    /// <summary>Whether there are answers whose time has ended.</summary>
    public async Task<bool> IsDue(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (now < _next && _next <= now + LongestRest) // a later time was set before the clock went back
                return false;
            _next = now + LongestRest;
        }
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellation);
            if (await KeptAnswer.Ended(db, now).AnyAsync(cancellation))
            {
                Expect(now); // until they are deleted
                return true;
            }
            if (await db.KeptAnswers.MinAsync(a => (DateTimeOffset?)a.Until, cancellation) is { } first)
                Expect(first);
            return false;
        }
        catch
        {
            Expect(now); // the next call tries again
            throw;
        }
    }

    /// <summary>Deletes them.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var (total, deleted) = (0, 0);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            total += deleted = await write.RunWhenRoom(DeleteBatch);
        }
        while (deleted > 0);
        return total;
    }

    private async Task<int> DeleteBatch(OtsDbContext db)
    {
        var now = time.GetUtcNow();
        var due = await KeptAnswer.Ended(db, now).OrderBy(a => a.Until).Take(BatchSize)
            .Select(a => new { a.Id, Bytes = a.Box.Length }).ToListAsync();
        var bytes = 0;
        var batch = due.TakeWhile((answer, i) => (bytes += answer.Bytes) <= BatchBytes || i == 0).Select(answer => answer.Id).ToList();
        if (batch.Count == 0)
            return 0;
        var gone = await db.KeptAnswers.Where(a => batch.Contains(a.Id)).ExecuteDeleteAsync();
        db.Deleted(gone);
        return gone;
    }
}
