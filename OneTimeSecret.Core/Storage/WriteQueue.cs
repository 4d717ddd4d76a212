using System.Data;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The one path of hot writes. SQLite has one writer, so instead of many connections fighting for its lock a single consumer takes
/// what is waiting, runs each operation in a savepoint of one transaction, commits once and then completes them all: one sync to
/// disk serves many callers (docs/adr/0002).
/// </summary>
/// <remarks>
/// An operation that fails by a rule harms no neighbour. A fault of the engine, or a commit that fails or whose outcome is unknown,
/// fails the whole batch, and nothing of it is disclosed. Nothing is ever tried again here.
/// </remarks>
public sealed class WriteQueue : BackgroundService
{
    private const string Savepoint = "operation";

    private readonly IDbContextFactory<OtsDbContext> _contexts;
    private readonly RecordActs _record;
    private readonly TimeProvider _time;
    private readonly int _batchSize;
    private readonly Channel<Operation> _waiting;
    private long _lastCall;

    /// <summary>An empty queue; it works once the host has started it.</summary>
    /// <param name="contexts">Makes the context of each batch.</param>
    /// <param name="record">Writes down what a batch has done.</param>
    /// <param name="options">Length of the queue and size of a batch.</param>
    /// <param name="time">The clock.</param>
    public WriteQueue(IDbContextFactory<OtsDbContext> contexts, RecordActs record, IOptions<StorageOptions> options, TimeProvider time)
    {
        (_contexts, _record, _time) = (contexts, record, time);
        _batchSize = options.Value.BatchSize;
        _waiting = Channel.CreateBounded<Operation>(new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true });
    }

    /// <summary>Operations that wait.</summary>
    public int Depth => _waiting.Reader.Count;

    /// <summary>When a caller last wanted to write; null: none has. What jobs write (<see cref="RunWhenRoom"/>) does not count.</summary>
    public DateTimeOffset? LastCall => Interlocked.Read(ref _lastCall) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>
    /// Runs <paramref name="write"/> inside a transaction and returns its result once that is committed. Cancelling counts only until
    /// the operation begins: after that its outcome is waited for, because it may have happened.
    /// </summary>
    /// <exception cref="ServerBusyException">The queue is full, or the server is stopping. Nothing was done.</exception>
    public Task<T> Run<T>(Func<OtsDbContext, Task<T>> write, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _lastCall, _time.GetUtcNow().UtcTicks);
        var operation = new Operation<T>(write, cancellation);
        return _waiting.Writer.TryWrite(operation) ? operation.Outcome : throw new ServerBusyException();
    }

    /// <summary>As <see cref="Run"/>, but waits for room: for jobs, and for what must follow a write. Its callers are few.</summary>
    /// <exception cref="ServerBusyException">The server is stopping. Nothing was done.</exception>
    public async Task<T> RunWhenRoom<T>(Func<OtsDbContext, Task<T>> write)
    {
        var operation = new Operation<T>(write, CancellationToken.None);
        while (!_waiting.Writer.TryWrite(operation))
            if (!await _waiting.Writer.WaitToWriteAsync())
                throw new ServerBusyException();
        return await operation.Outcome;
    }

    /// <summary>Takes no more operations and waits until those that were taken are done.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete(); // which ends the loop once it is empty
        // BackgroundService cancels a loop that the thread pool has not started yet; its pending operations would never complete.
        if (ExecuteTask is { } loop)
            await loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Operation>(_batchSize);
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < _batchSize && _waiting.Reader.TryRead(out var operation))
                batch.Add(operation);
            await Commit(batch);
            batch.Clear();
        }
    }

    private async Task Commit(List<Operation> batch)
    {
        try
        {
            await using var db = await _contexts.CreateDbContextAsync();
            db.Database.AutoSavepointsEnabled = false;
            // Serializable is what makes SQLite's provider say BEGIN IMMEDIATE: the write lock is held before the first read.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
            foreach (var operation in batch)
                await RunInSavepoint(operation, db, transaction);
            await _record.Run(db);
            await transaction.CommitAsync();
        }
        catch (Exception fault)
        {
            foreach (var operation in batch)
                operation.Fail(fault);
            return;
        }
        foreach (var operation in batch)
            operation.Complete();
    }

    private static async Task RunInSavepoint(Operation operation, OtsDbContext db, IDbContextTransaction transaction)
    {
        await transaction.CreateSavepointAsync(Savepoint);
        var (acts, tallies) = (db.Acts.Count, db.Tallies.Count);
        try
        {
            await operation.Run(db);
        }
        catch (Exception fault) when (!EngineFault.Is(fault))
        {
            await transaction.RollbackToSavepointAsync(Savepoint);
            db.Acts.RemoveRange(acts, db.Acts.Count - acts);
            db.Tallies.RemoveRange(tallies, db.Tallies.Count - tallies);
            operation.Fail(fault);
        }
        db.ChangeTracker.Clear();
        await transaction.ReleaseSavepointAsync(Savepoint);
    }

    private abstract class Operation
    {
        public abstract Task Run(OtsDbContext db);

        public abstract void Complete();

        public abstract void Fail(Exception fault);
    }

    private sealed class Operation<T>(Func<OtsDbContext, Task<T>> write, CancellationToken cancellation) : Operation
    {
        private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Outcome => _outcome.Task;

        public override async Task Run(OtsDbContext db)
        {
            cancellation.ThrowIfCancellationRequested();
            _result = await write(db);
        }

        public override void Complete() => _outcome.TrySetResult(_result!);

        public override void Fail(Exception fault)
        {
            if (fault is OperationCanceledException)
                _outcome.TrySetCanceled(cancellation);
            else
                _outcome.TrySetException(fault);
        }
    }
}
