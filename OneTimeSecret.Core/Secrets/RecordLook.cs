using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Records, once, when the page of a link was first opened by anybody or any program, so that the receipt tells that apart from a reveal.
/// Nothing waits for it. A look that cannot be recorded now is forgotten, and the next one is recorded.
/// </summary>
public sealed class RecordLook(WriteTransaction write, StorageRoom room, TimeProvider time, ILogger<RecordLook> log)
{
    /// <summary>Looks that wait for a write. Further ones are forgotten.</summary>
    internal const int Most = 64;

    private readonly Lock _gate = new();
    private Dictionary<string, Look> _waiting = new(StringComparer.Ordinal);
    private Task? _writing;

    /// <summary>Records a look at the link of <paramref name="key"/>, if <paramref name="notice"/> says that there was none.</summary>
    /// <returns>Ends when the look is recorded or forgotten. Callers need not wait for it.</returns>
    public Task Run(SecretKey key, SecretNotice notice)
    {
        if (notice.IsLookedAt)
            return Task.CompletedTask;
        lock (_gate)
        {
            if (_waiting.Count < Most)
                _waiting.TryAdd(Convert.ToHexString(key.Id), new Look(key.Id, time.GetUtcNow()));
            return _writing ??= Write();
        }
    }

    /// <summary>Writes until no look waits. All of them take only one place in the write queue.</summary>
    private async Task Write()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller's answer must not wait
        Turn.Current = null; // it writes for others too, and the caller goes on
        while (Take() is { } looks)
        {
            try
            {
                await write.Run(db => Write(db, looks), CancellationToken.None);
            }
            catch (ServerBusyException)
            {
                // Other writes matter more.
            }
            catch (Exception fault) // nobody waits for this task, and later looks must be recorded
            {
                log.LogWarning(fault, "First looks at links could not be recorded");
            }
        }
    }

    private Dictionary<string, Look>.ValueCollection? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _writing = null;
                return null;
            }
            var looks = _waiting.Values;
            _waiting = new(StringComparer.Ordinal);
            return looks;
        }
    }

    private async Task<int> Write(OtsDbContext db, Dictionary<string, Look>.ValueCollection looks)
    {
        if (!await room.Takes(db, 0)) // what is left of a full disk is for reveals
            return 0;
        var recorded = 0;
        foreach (var (secretId, now) in looks)
        {
            var receipt = await db.Secrets.Where(s => s.Id == secretId).Select(s => s.ReceiptId).SingleOrDefaultAsync();
            recorded += await db.Receipts
                .Where(r => r.Id == receipt && r.State == ReceiptState.New && r.LookedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.LookedAt, now));
        }
        return recorded;
    }

    private sealed record Look(byte[] SecretId, DateTimeOffset Time);
}
