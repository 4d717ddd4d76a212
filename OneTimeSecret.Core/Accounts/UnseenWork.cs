using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Work that no answer waits for, so that the time of the answer does not tell whether there was any: whether an address has an
/// account, nobody learns by asking. It begins some random time later, so that the next answer does not tell either; a server that
/// stops does it at once.
/// </summary>
public sealed class UnseenWork(
    WriteTransaction write, TimeProvider time, IHostApplicationLifetime host, ILogger<UnseenWork> log)
{
    /// <summary>The longest time until it begins.</summary>
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(4);

    private int _running;

    /// <summary>Whether nothing is under way.</summary>
    internal bool IsIdle => Volatile.Read(ref _running) == 0;

    /// <summary>Sees to it that rows are changed.</summary>
    internal void Write(Func<OtsDbContext, Task<bool>> operation) => Begin(() => write.RunWhenRoom(operation));

    /// <summary>Sees to it that <paramref name="work"/> begins. A failure is logged; whoever asked may ask again.</summary>
    internal void Begin(Func<Task> work)
    {
        Interlocked.Increment(ref _running);
        _ = Run(work);
    }

    private async Task Run(Func<Task> work)
    {
        var delay = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)LongestDelay.TotalMilliseconds));
        // The delay counts from now on; whatever comes behind it, none of the work is done by whoever asks.
        await Task.Delay(delay, time, host.ApplicationStopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
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
