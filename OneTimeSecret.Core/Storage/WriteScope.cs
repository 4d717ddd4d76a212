using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// One transaction of the database that may change rows: it has the write lock from its beginning, ends with the acts and tallies that
/// were noted in it, and raises signals once it is committed. Only the write queue, <see cref="WriteTransaction"/> and
/// the start of the program open one.
/// </summary>
internal sealed class WriteScope : IAsyncDisposable
{
    private const string Savepoint = "operation";

    private readonly Write _write = new();
    private readonly IDbContextTransaction _transaction;

    private WriteScope(OtsDbContext db, IDbContextTransaction transaction) => (Db, _transaction, db.Write) = (db, transaction, _write);

    /// <summary>The context of the transaction.</summary>
    public OtsDbContext Db { get; }

    /// <summary>Begins a transaction on a context of its own.</summary>
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

    /// <summary>Runs an operation and saves what it changed.</summary>
    public async Task<T> Run<T>(Func<OtsDbContext, Task<T>> operation)
    {
        var result = await operation(Db);
        await Db.SaveChangesAsync(CancellationToken.None);
        return result;
    }

    /// <summary>The same in a savepoint: an operation that fails by a rule leaves nothing, and harms nothing before it.</summary>
    /// <returns>Why it failed; null: it did not. Faults of the engine are thrown.</returns>
    public async Task<Exception?> TryRun(Func<OtsDbContext, Task> operation)
    {
        await _transaction.CreateSavepointAsync(Savepoint);
        var before = _write.Now;
        _write.Held = null; // an engine with several writers has one operation in a transaction
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

    /// <summary>Writes down acts and tallies and commits. Not to be cancelled: then nobody would know what came of it.</summary>
    public async Task Commit(RecordActs record, Leftovers leftovers, ILogger log)
    {
        await record.Run(Db, _write);
        await _transaction.CommitAsync(CancellationToken.None);
        Db.Write = null;
        if (_write.Deletes > 0)
            leftovers.Add(_write.Deletes);
        foreach (var signal in _write.Signals)
            Raise(signal, log);
    }

    /// <summary>Commits what a start changes, when there is no key ring yet that could seal an act.</summary>
    public Task Commit() => _transaction.CommitAsync(CancellationToken.None);

    /// <summary>What is committed has happened, whatever a signal does.</summary>
    private static void Raise(Action signal, ILogger log)
    {
        try
        {
            signal();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "A signal after a commit failed; whoever waits for it looks again by itself");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Db.Write = null; // contexts come from a pool
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
