using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Limits;

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
    /// <summary>Writes after which a network no longer counts as served lately.</summary>
    private const int Window = 256;

    private readonly WriteBatch _batches;
    private readonly TimeProvider _time;
    private readonly int _batchSize;
    private readonly Lock _adding = new();
    private readonly FairQueue<WriteOperation> _waiting;
    private readonly SortedSet<long> _numbers = []; // of the operations in it
    private readonly Queue<WriteOperation> _last = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true });
    private long _number;
    private bool _isClosed;
    private long _lastCall;

    /// <summary>Creates an empty queue, which the host starts.</summary>
    /// <param name="batches">Commits the operations.</param>
    /// <param name="options">Length of the queue and size of a batch.</param>
    /// <param name="time">The clock.</param>
    public WriteQueue(WriteBatch batches, IOptions<StorageOptions> options, TimeProvider time)
    {
        (_batches, _time, _batchSize) = (batches, time, options.Value.BatchSize);
        var length = options.Value.QueueLength;
        _waiting = new(length, perClient: length, perNetwork: length, Window);
    }

    /// <summary>Whether the host has started the queue in this process. Stays true while the server stops.</summary>
    internal bool IsOpen => ExecuteTask is not null;

    /// <summary>The number of pending operations.</summary>
    public int Depth
    {
        get
        {
            lock (_adding)
                return _waiting.Count + _last.Count;
        }
    }

    /// <summary>The time of the last <see cref="Run"/>. Null: there was none. <see cref="RunWhenRoom"/> does not count.</summary>
    public DateTimeOffset? LastCall => Interlocked.Read(ref _lastCall) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>
    /// Runs <paramref name="write"/> in a transaction and returns its result after the commit. Cancelling works only until the operation
    /// begins. After that the caller waits for the outcome, because the write may take effect.
    /// </summary>
    /// <exception cref="ServerBusyException">
    /// The queue is full, perhaps later, when a network with fewer writes gets the place. Or the server is stopping. Nothing was done.
    /// </exception>
    internal Task<T> Run<T>(Func<OtsDbContext, Task<T>> write, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _lastCall, _time.GetUtcNow().UtcTicks);
        return Turn.Outside(() =>
        {
            var operation = new WriteOperation<T>(write, cancellation);
            Add(operation);
            return operation.Outcome;
        });
    }

    /// <summary>
    /// As <see cref="Run"/>, but always finds a place. It runs after the operations that were pending before. For jobs and for writes that
    /// must follow others, which are few.
    /// </summary>
    /// <exception cref="ServerBusyException">The server is stopping. Nothing was done.</exception>
    internal Task<T> RunWhenRoom<T>(Func<OtsDbContext, Task<T>> write) => Turn.Outside(() =>
    {
        var operation = new WriteOperation<T>(write, CancellationToken.None);
        lock (_adding)
        {
            operation.Number = NextNumber();
            _last.Enqueue(operation);
        }
        return operation.Outcome;
    });

    /// <summary>Accepts no more operations and waits until the pending ones are done.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_adding)
        {
            _isClosed = true;
            _signal.Writer.TryComplete(); // the loop ends when the queue is empty
        }
        // Waits first, because BackgroundService cancels a loop that has not started yet, and its operations would never complete.
        if (ExecuteTask is { } loop)
            await loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _signal.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _signal.Reader.TryRead(out _);
            while (await _batches.Commit(Waiting()))
            {
                // until nothing waits
            }
        }
    }

    private void Add(WriteOperation operation)
    {
        WriteOperation? displaced;
        lock (_adding)
        {
            operation.Number = NextNumber();
            if (!_waiting.TryAdd(Turn.Current?.Key ?? QueueKey.Server, operation, out displaced))
                throw new ServerBusyException();
            _numbers.Add(operation.Number);
            if (displaced is not null)
                _numbers.Remove(displaced.Number);
        }
        displaced?.Fail(new ServerBusyException());
    }

    /// <summary>Wakes the loop for a new operation.</summary>
    private long NextNumber()
    {
        if (_isClosed)
            throw new ServerBusyException();
        _signal.Writer.TryWrite(true); // or a signal is there already
        return ++_number;
    }

    /// <summary>Takes operations one by one, so that one of a network with few writes does not wait for the next batch.</summary>
    private IEnumerable<WriteOperation> Waiting()
    {
        for (var i = 0; i < _batchSize && TakeNext() is { } operation; i++)
            yield return operation;
    }

    private WriteOperation? TakeNext()
    {
        lock (_adding)
        {
            if (_last.TryPeek(out var last) && (_numbers.Count == 0 || last.Number < _numbers.Min))
                return _last.Dequeue();
            var next = _waiting.TakeNext();
            if (next is not null)
                _numbers.Remove(next.Number);
            return next;
        }
    }
}
