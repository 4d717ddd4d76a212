using Microsoft.EntityFrameworkCore;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The only way to change rows (docs/adr/0011). It gives an operation its context, saves its changes, writes the acts and tallies that
/// it recorded, commits, and then raises the signals. Everything is committed together or nothing is.
/// </summary>
/// <remarks>
/// In a server, operations go through the <see cref="WriteQueue"/>, which commits many at once. A verb of the command line has no queue
/// and commits each by itself. An operation must not do slow work, because others wait for it: its caller computes hashes before.
/// The changes are saved when the operation returns, even if it returns a refusal. Only an exception rolls them back. On a full disk an
/// operation may run twice, the first time without effect: it changes rows and nothing else.
/// </remarks>
public sealed class WriteTransaction(
    IDbContextFactory<OtsDbContext> contexts, WriteQueue queue, WriteBatch batches, Leftovers leftovers)
{
    /// <summary>The time of the last <see cref="Run"/> in a server. Null: there was none.</summary>
    internal DateTimeOffset? LastCall => queue.LastCall;

    /// <summary>
    /// Runs <paramref name="operation"/> and returns its result after the commit. Cancelling works only until the operation begins. After
    /// that the caller waits for the outcome, because the write may take effect.
    /// </summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting, or the server is stopping. Nothing was done.</exception>
    internal Task<T> Run<T>(Func<OtsDbContext, Task<T>> operation, CancellationToken cancellation) =>
        queue.IsOpen ? queue.Run(operation, cancellation) : RunAlone(operation, cancellation);

    /// <summary>As <see cref="Run"/>, but waits while the queue is full. For jobs and for writes that must follow another.</summary>
    /// <exception cref="ServerBusyException">The server is stopping. Nothing was done.</exception>
    internal Task<T> RunWhenRoom<T>(Func<OtsDbContext, Task<T>> operation) =>
        queue.IsOpen ? queue.RunWhenRoom(operation) : RunAlone(operation, CancellationToken.None);

    /// <summary>As <see cref="Run"/>, for the one caller whose interface is synchronous. Records no acts or tallies.</summary>
    internal void RunSynchronously(Action<OtsDbContext> operation)
    {
        using var db = contexts.CreateDbContext();
        db.Write = new Write();
        try
        {
            operation(db);
            db.SaveChanges(); // in its own transaction
            if (db.Write.Now != default)
                throw new InvalidOperationException("RunSynchronously saves only rows, not acts, tallies, signals or deletes. Use Run.");
        }
        finally
        {
            db.Write = null;
        }
    }

    private async Task<T> RunAlone<T>(Func<OtsDbContext, Task<T>> operation, CancellationToken cancellation)
    {
        var alone = new WriteOperation<T>(operation, cancellation);
        var before = leftovers.Deletes;
        await batches.Commit([alone]);
        if (leftovers.Deletes != before)
            await batches.EmptyLog(); // this process ends soon, and a server beside it does not know of the deletes
        return await alone.Outcome;
    }
}
