using System.Data;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// What every act of the operator is that stands in the audit trail: one transaction with the database's write lock from its beginning, all
/// or nothing. Not through the queue, which is at work in a server only: verbs run beside one, in a process of their own.
/// </summary>
public sealed class OperatorAct(IDbContextFactory<OtsDbContext> contexts, RecordActs record)
{
    /// <summary>Does <paramref name="work"/>, which says what the trail calls it; null: nothing was done.</summary>
    internal async Task<T> Run<T>(Func<OtsDbContext, Task<(Act? Act, T Result)>> work, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        // Serializable is what makes SQLite's provider say BEGIN IMMEDIATE.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        var (act, result) = await work(db);
        await db.SaveChangesAsync(cancellation);
        if (act is not null)
            db.Note(act);
        await record.Run(db);
        await transaction.CommitAsync(cancellation);
        return result;
    }
}
