using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The queue for the writes of a running server. SQLite has a single writer, and many connections would compete for its lock. So one
/// consumer takes the pending operations, runs each in a savepoint of one transaction, commits once and then completes them all. Many
/// callers share one sync to disk (docs/adr/0002).
/// </summary>
/// <remarks>
/// An operation that violates a rule does not affect the others. A fault of the engine fails the whole batch, and so does a commit that
/// fails or whose outcome is unknown. Then no caller gets a result, so no secret is disclosed. The queue never retries.
/// </remarks>
public sealed class WriteQueue : BackgroundService
{
    private readonly IDbContextFactory<OtsDbContext> _contexts;
    private readonly RecordActs _record;
    private readonly Leftovers _leftovers;
    private readonly TimeProvider _time;
    private readonly ILogger<WriteQueue> _log;
    private readonly int _batchSize;
    private readonly Channel<Operation> _waiting;
    private long _lastCall;

    /// <summary>Creates an empty queue, which the host starts.</summary>
    /// <param name="contexts">Creates the context of each batch.</param>
    /// <param name="record">Writes the acts and tallies of a batch.</param>
    /// <param name="leftovers">Records deletes.</param>
    /// <param name="options">Length of the queue and size of a batch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Logs signals that fail.</param>
    public WriteQueue(
        IDbContextFactory<OtsDbContext> contexts, RecordActs record, Leftovers leftovers, IOptions<StorageOptions> options,
        TimeProvider time, ILogger<WriteQueue> log)
    {
        (_contexts, _record, _leftovers, _time, _log) = (contexts, record, leftovers, time, log);
        _batchSize = options.Value.BatchSize;
        _waiting = Channel.CreateBounded<Operation>(new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true });
    }

    /// <summary>Whether the host has started the queue in this process. Stays true while the server stops.</summary>
    internal bool IsOpen => ExecuteTask is not null;

    /// <summary>The number of pending operations.</summary>
    public int Depth => _waiting.Reader.Count;

    /// <summary>The time of the last <see cref="Run"/>. Null: there was none. <see cref="RunWhenRoom"/> does not count.</summary>
    public DateTimeOffset? LastCall => Interlocked.Read(ref _lastCall) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>
    /// Runs <paramref name="write"/> in a transaction and returns its result after the commit. Cancelling works only until the operation
    /// begins. After that the caller waits for the outcome, because the write may take effect.
    /// </summary>
    /// <exception cref="ServerBusyException">The queue is full, or the server is stopping. Nothing was done.</exception>
    internal Task<T> Run<T>(Func<OtsDbContext, Task<T>> write, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _lastCall, _time.GetUtcNow().UtcTicks);
        var operation = new Operation<T>(write, cancellation);
        return _waiting.Writer.TryWrite(operation) ? operation.Outcome : throw new ServerBusyException();
    }

    /// <summary>As <see cref="Run"/>, but waits while the queue is full. For jobs and for writes that must follow another.</summary>
    /// <exception cref="ServerBusyException">The server is stopping. Nothing was done.</exception>
    internal async Task<T> RunWhenRoom<T>(Func<OtsDbContext, Task<T>> write)
    {
        var operation = new Operation<T>(write, CancellationToken.None);
        while (!_waiting.Writer.TryWrite(operation))
            if (!await _waiting.Writer.WaitToWriteAsync())
                throw new ServerBusyException();
        return await operation.Outcome;
    }

    /// <summary>Accepts no more operations and waits until the pending ones are done.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete(); // the loop ends when the queue is empty
        // Waits first, because BackgroundService cancels a loop that has not started yet, and its operations would never complete.
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
            await using var scope = await WriteScope.Begin(_contexts, CancellationToken.None);
            foreach (var operation in batch)
                if (await scope.TryRun(operation.Run) is { } fault)
                    operation.Fail(fault);
            await scope.Commit(_record, _leftovers, _log);
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
