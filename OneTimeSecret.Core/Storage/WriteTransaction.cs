using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The one way to change rows (docs/adr/0011). It gives an operation its context, saves what the operation changed, writes down the acts
/// and tallies that it noted, commits, and then raises signals. All of it happens or nothing does.
/// </summary>
/// <remarks>
/// In a server, operations go through the <see cref="WriteQueue"/>, which commits many at once; a verb of the command line, which has no
/// queue, commits each by itself. An operation must do nothing slow, because others wait for it: hashes are made before. Whatever it has
/// changed is saved when it returns, also when it returns a refusal: only an exception undoes it.
/// </remarks>
public sealed class WriteTransaction(
    IDbContextFactory<OtsDbContext> contexts, WriteQueue queue, RecordActs record, Leftovers leftovers, ILogger<WriteTransaction> log)
{
    /// <summary>
    /// Runs <paramref name="operation"/> and returns its result once it is committed. Cancelling counts only until the operation begins:
    /// after that its outcome is waited for, because it may have happened.
    /// </summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting, or the server is stopping. Nothing was done.</exception>
    internal Task<T> Run<T>(Func<OtsDbContext, Task<T>> operation, CancellationToken cancellation) =>
        queue.IsOpen ? queue.Run(operation, cancellation) : RunAlone(operation, cancellation);

    /// <summary>As <see cref="Run"/>, but waits for room: for jobs, and for what must follow a write. Its callers are few.</summary>
    /// <exception cref="ServerBusyException">The server is stopping. Nothing was done.</exception>
    internal Task<T> RunWhenRoom<T>(Func<OtsDbContext, Task<T>> operation) =>
        queue.IsOpen ? queue.RunWhenRoom(operation) : RunAlone(operation, CancellationToken.None);

    /// <summary>As <see cref="Run"/>, for the one caller that the framework gives no way to wait; it notes nothing.</summary>
    internal void RunSynchronously(Action<OtsDbContext> operation)
    {
        using var db = contexts.CreateDbContext();
        db.Write = new Write();
        try
        {
            operation(db);
            db.SaveChanges(); // in a transaction of its own
            if (db.Write.Now != default)
                throw new InvalidOperationException("Nothing is noted here: it would be lost.");
        }
        finally
        {
            db.Write = null;
        }
    }

    private async Task<T> RunAlone<T>(Func<OtsDbContext, Task<T>> operation, CancellationToken cancellation)
    {
        await using var scope = await WriteScope.Begin(contexts, cancellation);
        var result = await scope.Run(operation);
        await scope.Commit(record, leftovers, log);
        return result;
    }
}
