using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Watches the state of a secret. Between its first read and the change a watcher holds neither a connection nor a context, only a timer
/// and a task (docs/adr/0005).
/// </summary>
public sealed class WatchReceipt(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, ReceiptSignals signals, TimeProvider time)
{
    /// <summary>
    /// How often the state is repeated while nothing changes. This keeps proxies from closing the connection and reveals dead peers.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    /// <summary>Timers may fire a little early. The margin makes sure that the secret has expired when its state is read.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The state of the receipt of <paramref name="key"/>: now, at every heartbeat, and when it changes. Ends after a final state. Yields
    /// nothing if there is no such receipt (any more).
    /// </summary>
    /// <param name="key">The metadata key.</param>
    /// <param name="cancellation">Ends the watch without an exception, because a client may leave at any time.</param>
    public async IAsyncEnumerable<ReceiptState> Run(MetadataKey? key, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (key is null)
            yield break;
        using var watch = signals.Begin(key.Id);
        if (await Read(key.Id) is not var (state, end))
            yield break;
        yield return state;
        while (state == ReceiptState.New)
        {
            await ((Task)watch.Final).WaitAsync(NextLook(end), time, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
                yield break;
            if (watch.Final.IsCompleted)
                state = await watch.Final;
            else if (time.GetUtcNow() >= end)
                state = await AtItsEnd(key.Id) ?? ReceiptState.Expired;
            yield return state;
        }
    }

    private TimeSpan NextLook(DateTimeOffset end)
    {
        var left = end - time.GetUtcNow() + Margin;
        return left < Margin ? Margin : left < Heartbeat ? left : Heartbeat;
    }

    private async Task<(ReceiptState State, DateTimeOffset End)?> Read(byte[] id)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        return await State(db, id, time.GetUtcNow());
    }

    /// <summary>
    /// Reads the state through the write queue, after all pending writes. One of them may be a reveal that was in time.
    /// </summary>
    private async Task<ReceiptState?> AtItsEnd(byte[] id) => (await write.RunWhenRoom(db => State(db, id, time.GetUtcNow())))?.State;

    private static async Task<(ReceiptState State, DateTimeOffset End)?> State(OtsDbContext db, byte[] id, DateTimeOffset now)
    {
        var secrets = db.Secrets;
        var found = await db.Receipts
            .Where(r => r.Id == id && r.Expires > now)
            .Select(r => new { r.State, r.SecretExpires, SecretExists = secrets.Any(s => s.ReceiptId == r.Id) })
            .SingleOrDefaultAsync();
        return found is null ? null : (Receipt.StateOf(found.State, found.SecretExpires, found.SecretExists, now), found.SecretExpires);
    }
}
