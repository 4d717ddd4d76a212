using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Clocks;

/// <summary>
/// Makes the server use the time of the system's clock, also if that goes back. What has expired by that time becomes unavailable at once,
/// and what has not is available (again) until its end. A running server follows within seconds (<see cref="KeepClock"/>).
/// </summary>
public sealed class AcceptClock(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, SteadyClock clock, SystemClock system)
{
    /// <summary>Reads what would change.</summary>
    public async Task<ClockChange> Look(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Change(db);
    }

    /// <summary>Accepts the system's clock, and records that in the audit trail.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<ClockChange> Run(CancellationToken cancellation)
    {
        var acceptance = Guid.NewGuid();
        clock.Accept(acceptance); // before the write, which records its time
        return await write.Run(
            async db =>
            {
                var change = await Change(db);
                await db.Clocks.ExecuteDeleteAsync();
                db.Add(new StoredClock { Id = StoredClock.OnlyId, Latest = change.System, Acceptance = acceptance });
                db.Note(Act.OfOperator(AuditKind.ClockAccepted) with
                {
                    Subject = "clock",
                    Detail = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{change.Latest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} to {change.System.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
                });
                return change;
            },
            cancellation);
    }

    private async Task<ClockChange> Change(OtsDbContext db)
    {
        var now = system.GetUtcNow();
        return new(await db.Clocks.Select(c => (DateTimeOffset?)c.Latest).SingleOrDefaultAsync() ?? now, now);
    }
}

/// <summary>What a <c>clock accept</c> changes.</summary>
/// <param name="Latest">The latest time that the server has stored.</param>
/// <param name="System">The time of the system's clock, from which the server continues.</param>
public sealed record ClockChange(DateTimeOffset Latest, DateTimeOffset System);
