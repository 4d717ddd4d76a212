namespace OneTimeSecret.Core.Limits;

/// <summary>
/// The right of a request to use the processor (<see cref="Turns"/>). Disposing it ends it. While it runs, code that waits for something
/// else gives its place to others (<see cref="Outside"/>).
/// </summary>
public sealed class Turn : IDisposable
{
    private static readonly AsyncLocal<Turn?> OfThisRequest = new();

    private readonly Turns _turns;

    internal Turn(Turns turns, QueueKey key) => (_turns, Key) = (turns, key);

    /// <summary>The turn of the request that the calling code works for. Null: there is none, as for jobs.</summary>
    public static Turn? Current
    {
        get => OfThisRequest.Value;
        set => OfThisRequest.Value = value;
    }

    /// <summary>By what the caller is counted.</summary>
    internal QueueKey Key { get; }

    /// <summary>The time stamp at which it got its place. Null: it holds none.</summary>
    internal long? Since { get; set; }

    /// <summary>How many pieces of work it waits for outside.</summary>
    internal int Outsides { get; set; }

    /// <summary>Whether it ever had a place.</summary>
    internal bool HasBegun { get; set; }

    /// <summary>Whether it has ended.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Completes when it gets a place. Null: it does not wait for one.</summary>
    internal TaskCompletionSource? Waiting { get; set; }

    /// <summary>Runs work that waits for something else. Meanwhile the request has no place, and after it waits for one again.</summary>
    public static Task<T> Outside<T>(Func<Task<T>> work) =>
        Current is { IsOver: false } turn ? turn.Pause(work) : work();

    /// <summary>
    /// Waits for a turn of the same client, for work that follows the answer. Null: the calling code works for no request, or too many
    /// are waiting.
    /// </summary>
    public static async ValueTask<Turn?> Again()
    {
        if (Current is not { } turn)
            return null;
        try
        {
            return await turn._turns.Enter(turn.Key, CancellationToken.None);
        }
        catch (ServerBusyException)
        {
            return null;
        }
    }

    /// <summary>Ends the turn. The request may go on without one, for example as a stream that mostly waits.</summary>
    public void Dispose() => _turns.End(this);

    private async Task<T> Pause<T>(Func<Task<T>> work)
    {
        _turns.Leave(this);
        try
        {
            return await work();
        }
        finally
        {
            await _turns.Return(this);
        }
    }
}
