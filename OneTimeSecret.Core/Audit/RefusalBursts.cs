using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Counts refusals, which may come by the thousand, in memory. Each burst of one client becomes one row of the audit trail when the head is
/// next written. A flood fills neither the disk nor the memory, and hides no refusal of other networks or of another kind.
/// </summary>
public sealed class RefusalBursts(WriteTransaction write) : IDisposable
{
    /// <summary>Bursts of one kind that get rows of their own between two writes.</summary>
    public const int MostOfKind = 100;

    /// <summary>As many of them may come from one network: an IPv4 /24 or an IPv6 /48. Its other bursts share one row.</summary>
    public const int MostOfNetwork = 10;

    /// <summary>Networks of one kind that get such a shared row. All other bursts of the kind share one row.</summary>
    public const int MostNetworks = 100;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _counting = new();
    private Dictionary<Burst, int> _bursts = [];
    private Dictionary<AuditKind, OfKind> _places = [];

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
            (bursts, _bursts, _places) = (_bursts, [], []);
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
        if (!_bursts.ContainsKey(burst))
            burst = Place(burst);
        _bursts[burst] = _bursts.GetValueOrDefault(burst) + times;
    }

    /// <summary>The burst itself, or the burst of its network or of its kind when its own place is taken.</summary>
    private Burst Place(Burst burst)
    {
        if (!_places.TryGetValue(burst.Kind, out var places))
            _places[burst.Kind] = places = new OfKind();
        var network = burst.Client is null ? "" : ClientAddress.Of(burst.Client).Neighbours;
        if (places.TakeOwn(network))
            return burst;
        var shared = new Burst(burst.Kind, network, null, null);
        return _bursts.ContainsKey(shared) || places.TakeShared() ? shared : new Burst(burst.Kind, null, null, null);
    }

    private sealed record Burst(AuditKind Kind, string? Client, Guid? AccountId, string? Subject);

    /// <summary>The places of one kind that are taken.</summary>
    private sealed class OfKind
    {
        private readonly Dictionary<string, int> _ofNetwork = new(StringComparer.Ordinal);
        private int _own;
        private int _shared;

        public bool TakeOwn(string network)
        {
            var taken = _ofNetwork.GetValueOrDefault(network);
            if (_own == MostOfKind || taken == MostOfNetwork)
                return false;
            _own++;
            _ofNetwork[network] = taken + 1;
            return true;
        }

        public bool TakeShared() => _shared++ < MostNetworks;
    }
}
