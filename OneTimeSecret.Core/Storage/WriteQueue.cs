using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The queue for the writes of a running server. SQLite has a single writer, and many connections would compete for its lock. So one
/// consumer takes the pending operations, runs each in a savepoint of one transaction, commits once and then completes them all. Many
/// callers share one sync to disk (docs/adr/0002).
/// </summary>
/// <remarks>
/// An operation that violates a rule does not affect the others. A fault of the engine fails the whole batch, and so does a commit that
/// fails or whose outcome is unknown. Then no caller gets a result, so no secret is disclosed. Only a write that a full disk rolled back is
/// tried again, once (<see cref="WriteBatch"/>).
/// </remarks>
public sealed class WriteQueue : BackgroundService
{
    private readonly WriteBatch _batches;
    private readonly TimeProvider _time;
    private readonly int _batchSize;
    private readonly Channel<WriteOperation> _waiting;
    private long _lastCall;

    /// <summary>Creates an empty queue, which the host starts.</summary>
    /// <param name="batches">Commits the operations.</param>
    /// <param name="options">Length of the queue and size of a batch.</param>
    /// <param name="time">The clock.</param>
    public WriteQueue(WriteBatch batches, IOptions<StorageOptions> options, TimeProvider time)
    {
        (_batches, _time) = (batches, time);
        _batchSize = options.Value.BatchSize;
        _waiting = Channel.CreateBounded<WriteOperation>(new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true });
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
        var operation = new WriteOperation<T>(write, cancellation);
        return _waiting.Writer.TryWrite(operation) ? operation.Outcome : throw new ServerBusyException();
    }

    /// <summary>As <see cref="Run"/>, but waits while the queue is full. For jobs and for writes that must follow another.</summary>
    /// <exception cref="ServerBusyException">The server is stopping. Nothing was done.</exception>
    internal async Task<T> RunWhenRoom<T>(Func<OtsDbContext, Task<T>> write)
    {
        var operation = new WriteOperation<T>(write, CancellationToken.None);
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
        var batch = new List<WriteOperation>(_batchSize);
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < _batchSize && _waiting.Reader.TryRead(out var operation))
                batch.Add(operation);
            await _batches.Commit(batch);
            batch.Clear();
        }
    }
}
