using Microsoft.Extensions.Logging;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Work that no answer waits for, so that the time of the answer does not tell whether there was any: whether an address has an
/// account, nobody learns by asking.
/// </summary>
public sealed class UnseenWork(ILogger<UnseenWork> log)
{
    private int _running;

    /// <summary>Whether nothing is under way.</summary>
    internal bool IsIdle => Volatile.Read(ref _running) == 0;

    /// <summary>Begins <paramref name="work"/> and returns at once. A failure is logged; whoever asked may ask again.</summary>
    internal void Begin(Func<Task> work)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(() => Run(work));
    }

    private async Task Run(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ServerBusyException)
        {
            log.LogWarning("A mail about an account was not written, because the server stops");
        }
        catch (Exception fault)
        {
            // Not its text: an engine repeats values, and addresses are among them.
            log.LogError("A mail about an account could not be written: {Fault}", fault.GetType());
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
