namespace OneTimeSecret.Core.Limits;

/// <summary>
/// Lets only a few requests use the processor at a time. The others wait in a <see cref="FairQueue{T}"/>, so a flood waits for itself
/// (docs/adr/0012).
/// </summary>
/// <remarks>
/// A request gives its place back while it waits for its body, a hash or a commit (<see cref="Turn.Outside"/>). Whatever else it may wait
/// for, such as a client that does not read its answer, costs the others at most <see cref="Longest"/>. Then its place is taken away, and
/// it goes on without one.
/// </remarks>
public sealed class Turns : IDisposable
{
    /// <summary>How long a request may hold its place while others wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    /// <summary>Microseconds of use that decide who is served next. Some tenths of a second of each core.</summary>
    private const long Window = 500_000;

    private readonly Lock _counting = new();
    private readonly FairQueue<Turn> _waiting = new(places: 8192, perClient: 1024, perNetwork: 4096, Window);
    private readonly List<Turn> _running = [];
    private readonly int _places;
    private readonly int _reserve;
    private readonly TimeProvider _time;
    private readonly ITimer _check;
    private bool _checks;

    /// <summary>Creates turns that nobody has.</summary>
    /// <param name="places">Requests that may run, at least 1.</param>
    /// <param name="reserve">Further ones of networks that used little lately. They wait for nobody's turn.</param>
    /// <param name="time">The clock.</param>
    public Turns(int places, int reserve, TimeProvider time)
    {
        (_places, _reserve, _time) = (places, reserve, time);
        _check = time.CreateTimer(_ => EndLongest(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The number of waiting requests.</summary>
    public int Waiting
    {
        get
        {
            lock (_counting)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for a turn. Dispose it when the request ends.</summary>
    /// <param name="client">The client.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ServerBusyException">Too many requests of the client or its network are waiting, or of all.</exception>
    public ValueTask<Turn> Enter(ClientAddress client, CancellationToken cancellation) =>
        Enter(new QueueKey(client.Name, client.Neighbours), cancellation);

    /// <inheritdoc cref="Enter(ClientAddress, CancellationToken)"/>
    internal async ValueTask<Turn> Enter(QueueKey client, CancellationToken cancellation)
    {
        var turn = new Turn(this, client);
        var place = Begin(turn);
        await using (place.IsCompleted ? default : cancellation.UnsafeRegister((_, token) => GiveUp(turn, token), null))
            await place;
        turn.HasBegun = true;
        return turn;
    }

    /// <summary>A turn that is over, for a connection that mostly waits. Its writes count for the client.</summary>
    public Turn Pass(ClientAddress client) => new(this, new QueueKey(client.Name, client.Neighbours)) { IsOver = true };

    /// <inheritdoc/>
    public void Dispose() => _check.Dispose();

    internal void Leave(Turn turn)
    {
        lock (_counting)
            if (++turn.Outsides == 1)
                Free(turn);
    }

    /// <summary>Waits for a place after work outside. It does not wait if the request has ended or still waits for other work.</summary>
    internal Task Return(Turn turn)
    {
        lock (_counting)
            return --turn.Outsides > 0 || turn.IsOver ? Task.CompletedTask : Begin(turn);
    }

    internal void End(Turn turn)
    {
        lock (_counting)
        {
            turn.IsOver = true;
            Free(turn);
        }
    }

    /// <summary>Gives a request a place, at once or later.</summary>
    private Task Begin(Turn turn)
    {
        lock (_counting)
        {
            if (turn.Waiting is { } waiting) // for other work of the same request
                return waiting.Task;
            if (turn.Since is not null)
                return Task.CompletedTask;
            var free = _places + _reserve - _running.Count;
            if (free > _reserve || (free > 0 && _waiting.IsLight(turn.Key.Network)))
            {
                Start(turn);
                return Task.CompletedTask;
            }
            var place = turn.Waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryAdd(turn.Key, turn, out var displaced))
                displaced = turn;
            if (displaced is not null)
                Refuse(displaced);
            if (!_checks)
                _check.Change(Longest, Longest);
            _checks = true;
            return place.Task;
        }
    }

    /// <summary>A new request is refused. One that has begun goes on without a place.</summary>
    private static void Refuse(Turn turn)
    {
        if (turn.HasBegun)
            turn.Waiting?.SetResult();
        else
            turn.Waiting?.SetException(new ServerBusyException());
        turn.Waiting = null;
    }

    private void Start(Turn turn)
    {
        turn.Since = _time.GetTimestamp();
        _running.Add(turn);
    }

    /// <summary>Frees the place of a request, if it has one, and lets the next ones in.</summary>
    private void Free(Turn turn)
    {
        if (turn.Since is not { } since)
            return;
        turn.Since = null;
        _running.Remove(turn);
        _waiting.Charge(turn.Key.Network, (long)_time.GetElapsedTime(since).TotalMicroseconds);
        while (_places + _reserve - _running.Count is > 0 and var free && _waiting.TakeNext(onlyLight: free <= _reserve) is { } next)
        {
            if (!next.IsOver)
                Start(next);
            next.Waiting?.SetResult();
            next.Waiting = null;
        }
    }

    private void GiveUp(Turn turn, CancellationToken cancellation)
    {
        lock (_counting)
            if (_waiting.Remove(turn.Key, turn)) // otherwise it has just got its place
                turn.Waiting?.SetCanceled(cancellation);
    }

    private void EndLongest()
    {
        lock (_counting)
        {
            foreach (var turn in _running.FindAll(turn => _time.GetElapsedTime(turn.Since ?? 0) >= Longest))
                Free(turn);
            _checks = _waiting.Count > 0;
            if (!_checks)
                _check.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
