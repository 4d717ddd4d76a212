namespace OneTimeSecret.Core.Outbox;

/// <summary>Wakes the delivery in this process when there is new mail. Other processes find the mail at their next look.</summary>
public sealed class MailSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    /// <summary>Signals that there is mail.</summary>
    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // The signal is already raised.
        }
    }

    /// <summary>Waits until the signal has been raised since the last wait.</summary>
    public Task Wait(CancellationToken cancellation) => _raised.WaitAsync(cancellation);

    /// <inheritdoc/>
    public void Dispose() => _raised.Dispose();
}
