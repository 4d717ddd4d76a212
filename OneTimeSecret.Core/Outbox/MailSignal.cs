namespace OneTimeSecret.Core.Outbox;

/// <summary>Wakes whoever delivers as soon as there is mail, within this process; others find it when they look by themselves.</summary>
public sealed class MailSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    /// <summary>Says that there is mail.</summary>
    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was said already, and nobody has heard yet.
        }
    }

    /// <summary>Waits until it has been said since the last wait.</summary>
    public Task Wait(CancellationToken cancellation) => _raised.WaitAsync(cancellation);

    /// <inheritdoc/>
    public void Dispose() => _raised.Dispose();
}
