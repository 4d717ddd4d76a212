using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Counts refusals in memory, because they may come by the thousand. Each burst (one kind, client, account and subject) becomes one row
/// of the audit trail when the head is next written. So a flood of requests fills neither the disk nor the memory.
/// </summary>
public sealed class RefusalBursts(WriteTransaction write) : IDisposable
{
    /// <summary>Maximum number of bursts counted separately between two writes. Further refusals are counted by kind only.</summary>
    public const int MostBursts = 1000;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _counting = new();
    private Dictionary<Burst, int> _bursts = [];

    /// <summary>Counts a refusal.</summary>
    /// <param name="kind">What was refused.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="subject">What the request was about: see <see cref="AuditEvent.Subject"/>.</param>
    public void Count(AuditKind kind, Caller caller, string? subject = null)
    {
        lock (_counting)
            Add(new Burst(kind, caller.Client, caller.Account?.Id, subject), 1);
    }

    /// <summary>
    /// Writes the counted bursts into the audit trail. When it returns, everything that was counted before the call is written, also if a
    /// write was already running. Bursts whose write fails are written the next time.
    /// </summary>
    /// <exception cref="ServerBusyException">The server is stopping.</exception>
    public async Task Write()
    {
        await _writing.WaitAsync();
        try
        {
            await WriteCounted();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    private async Task WriteCounted()
    {
        Dictionary<Burst, int> bursts;
        lock (_counting)
        {
            if (_bursts.Count == 0)
                return;
            (bursts, _bursts) = (_bursts, []);
        }
        try
        {
            await write.RunWhenRoom(db => Record(db, bursts));
        }
        catch
        {
            lock (_counting)
            {
                foreach (var (burst, count) in bursts)
                    Add(burst, count);
            }
            throw;
        }
    }

    private static Task<int> Record(OtsDbContext db, Dictionary<Burst, int> bursts)
    {
        foreach (var (burst, count) in bursts)
            db.Note(Act.Of(burst.Kind, burst.AccountId, burst.Client) with
            {
                Subject = burst.Subject, Result = AuditResult.Refused, Count = count,
            });
        return Task.FromResult(bursts.Count);
    }

    private void Add(Burst burst, int times)
    {
        if (_bursts.Count >= MostBursts && !_bursts.ContainsKey(burst))
            burst = new Burst(burst.Kind, null, null, null);
        _bursts[burst] = _bursts.GetValueOrDefault(burst) + times;
    }

    private sealed record Burst(AuditKind Kind, string? Client, Guid? AccountId, string? Subject);
}
