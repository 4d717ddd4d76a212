using OneTimeSecret.Core;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Lets requests run in turns of their networks (docs/adr/0012), so that others do not wait for the requests of a flood. Static files and
/// health endpoints need no turn, because they cost next to nothing. Circuits need none, because they mostly wait.
/// </summary>
internal sealed class TurnGate(RequestDelegate next, Turns turns, Surfaces surfaces)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        if (BlockGate.IsFile(context) || Health.IsProbe(context.Request))
        {
            await next(context);
            return;
        }
        Turn turn;
        try
        {
            turn = IsCircuit(context.Request)
                ? turns.Pass(context.Client())
                : await turns.Enter(context.Client(), context.RequestAborted);
        }
        catch (ServerBusyException)
        {
            await surfaces.Of(context).Write(context, Problem.Busy, Retry);
            return;
        }
        using (Turn.Current = turn)
            await next(context);
    }

    /// <summary>
    /// For each core one turn, and another for a client that used little. The thread pool has a thread for each of them at once, and some
    /// for what else the server does: on one core it would begin with one, and wait half a second for the next.
    /// </summary>
    public static Turns Turns(TimeProvider time)
    {
        var cores = Environment.ProcessorCount;
        ThreadPool.GetMinThreads(out var threads, out var others);
        ThreadPool.SetMinThreads(Math.Max(threads, (2 * cores) + 4), others);
        return new Turns(places: cores, reserve: cores, time);
    }

    private static bool IsCircuit(HttpRequest request) =>
        request.Path.StartsWithSegments(CircuitSetup.Path, StringComparison.OrdinalIgnoreCase);
}
