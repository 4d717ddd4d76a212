using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// One database transaction that may change rows. It holds the write lock from its beginning, writes the recorded acts and tallies last,
/// and raises signals after the commit. Only <see cref="WriteBatch"/> and the start of the program open one.
/// </summary>
internal sealed class WriteScope : IAsyncDisposable
{
    private const string Savepoint = "operation";

    private readonly Write _write = new();
    private readonly IDbContextTransaction _transaction;

    private WriteScope(OtsDbContext db, IDbContextTransaction transaction) => (Db, _transaction, db.Write) = (db, transaction, _write);

    /// <summary>The context of the transaction.</summary>
    public OtsDbContext Db { get; }

    /// <summary>Begins a transaction on a new context.</summary>
    public static async Task<WriteScope> Begin(IDbContextFactory<OtsDbContext> contexts, CancellationToken cancellation)
    {
        var db = await contexts.CreateDbContextAsync(cancellation);
        try
        {
            db.Database.AutoSavepointsEnabled = false;
            return new WriteScope(db, await db.Database.BeginTransactionAsync(db.WriteIsolation, cancellation));
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs an operation and saves its changes.</summary>
    public async Task<T> Run<T>(Func<OtsDbContext, Task<T>> operation)
    {
        var result = await operation(Db);
        await Db.SaveChangesAsync(CancellationToken.None);
        return result;
    }

    /// <summary>As <see cref="Run"/>, in a savepoint: an operation that violates a rule is rolled back, and no other.</summary>
    /// <returns>The failure. Null: the operation succeeded. Faults of the engine are thrown.</returns>
    public async Task<Exception?> TryRun(Func<OtsDbContext, Task> operation)
    {
        await _transaction.CreateSavepointAsync(Savepoint);
        var before = _write.Now;
        _write.Held = null; // the order of locks holds within one operation (docs/adr/0011)
        Exception? failure = null;
        try
        {
            await operation(Db);
            await Db.SaveChangesAsync(CancellationToken.None);
        }
        catch (Exception fault) when (!EngineFault.Is(fault))
        {
            await _transaction.RollbackToSavepointAsync(Savepoint);
            _write.ReturnTo(before);
            failure = fault;
        }
        Db.ChangeTracker.Clear();
        await _transaction.ReleaseSavepointAsync(Savepoint);
        return failure;
    }

    /// <summary>Writes the acts and tallies of the operations.</summary>
    public Task Record(RecordActs record) => record.Run(Db, _write);

    /// <summary>Commits after <see cref="Record"/>. It cannot be cancelled, because its outcome would then be unknown.</summary>
    public async Task Commit(Leftovers leftovers, ILogger log)
    {
        if (_write.Deletes > 0 && leftovers.OldestUnscrubbed is null)
            await Db.MarkScrubbed(false);
        await _transaction.CommitAsync(CancellationToken.None);
        Db.Write = null;
        if (_write.Deletes > 0)
            leftovers.Add(_write.Deletes);
        foreach (var signal in _write.Signals)
            Raise(signal, log);
    }

    /// <summary>Commits without acts, for the start of the program: there may be no key ring yet that could seal them.</summary>
    public Task Commit() => _transaction.CommitAsync(CancellationToken.None);

    /// <summary>Logs a signal that fails. The write is committed and must still succeed for its caller.</summary>
    private static void Raise(Action signal, ILogger log)
    {
        try
        {
            signal();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "A signal after a commit failed. The write is committed, and the listeners notice it at their next check");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Db.Write = null; // the pool reuses the context
        try
        {
            await _transaction.DisposeAsync();
        }
        finally
        {
            await Db.DisposeAsync();
        }
    }
}
