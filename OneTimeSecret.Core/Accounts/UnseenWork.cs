using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Runs work later than the answer, so that the time of the answer does not reveal whether an address has an account (timing side
/// channel). The work starts after a random delay, so that the load it causes is not visible in the next answer either. When the
/// server stops, waiting work starts at once.
/// </summary>
public sealed class UnseenWork(
    WriteTransaction write, TimeProvider time, IHostApplicationLifetime host, ILogger<UnseenWork> log)
{
    /// <summary>The longest delay before work starts.</summary>
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(4);

    private int _running;

    /// <summary>Whether no work is waiting or running.</summary>
    internal bool IsIdle => Volatile.Read(ref _running) == 0;

    /// <summary>
    /// Runs <paramref name="operation"/> later in a write transaction, in its client's turn: whoever causes much of this work delays
    /// nobody else.
    /// </summary>
    internal void Write(Func<OtsDbContext, Task<bool>> operation) => Begin(() => write.Run(operation, CancellationToken.None));

    /// <summary>Runs <paramref name="work"/> later. A failure is only logged, because the user can repeat the request.</summary>
    internal void Begin(Func<Task> work)
    {
        Interlocked.Increment(ref _running);
        _ = Run(work);
    }

    private async Task Run(Func<Task> work)
    {
        var delay = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)LongestDelay.TotalMilliseconds));
        // ForceYielding keeps the work off the caller's thread, even when a stopping server cancels the delay at once.
        await Task.Delay(delay, time, host.ApplicationStopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            using (Turn.Current = await Turn.Again())
                await work();
        }
        catch (ServerBusyException)
        {
            log.LogWarning("A mail about an account was not queued, because the server is busy or stopping. The user can request it again");
        }
        catch (Exception fault)
        {
            // The log gets only the type: a database's error text may contain values, such as addresses.
            log.LogError("A mail about an account could not be queued: {Fault}", fault.GetType());
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
