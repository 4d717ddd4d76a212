namespace OneTimeSecret.Core.Storage;

/// <summary>A write that somebody waits for.</summary>
internal abstract class WriteOperation
{
    /// <summary>Its place in the order of arrival.</summary>
    public long Number { get; set; }

    /// <summary>Whether the caller has an outcome. A batch that runs again leaves these out.</summary>
    public abstract bool IsDone { get; }

    public abstract Task Run(OtsDbContext db);

    public abstract void Complete();

    public abstract void Fail(Exception fault);
}

/// <summary>A write with a result.</summary>
/// <param name="write">The write. It may run twice, so it decides by the rows that it reads itself and changes nothing else.</param>
/// <param name="cancellation">Has an effect only until the write begins.</param>
internal sealed class WriteOperation<T>(Func<OtsDbContext, Task<T>> write, CancellationToken cancellation) : WriteOperation
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Outcome => _outcome.Task;

    public override bool IsDone => _outcome.Task.IsCompleted;

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
