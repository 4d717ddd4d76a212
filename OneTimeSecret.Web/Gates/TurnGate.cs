using Microsoft.AspNetCore.Http.Features;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Web.Circuits;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Lets requests run in turns of their networks (docs/adr/0012), so that others do not wait for the requests of a flood. Static files and
/// <c>/health/live</c> need no turn, because they cost next to nothing. Circuits need none, because they mostly wait.
/// </summary>
internal sealed class TurnGate(RequestDelegate next, Turns turns, Surfaces surfaces)
{
    private const int Megabyte = 1024 * 1024;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>Characters of the request lines and headers that wait. An ordinary request has one or two thousand.</summary>
    private readonly Places _heads = new(8 * Megabyte, Megabyte, 4 * Megabyte);

    public async Task InvokeAsync(HttpContext context)
    {
        if (BlockGate.IsFile(context) || Health.IsLive(context.Request))
        {
            await next(context);
            return;
        }
        using var turn = await Enter(context);
        if (turn is null)
        {
            await surfaces.Of(context).Write(context, Problem.Busy, Retry);
            return;
        }
        Turn.Current = turn;
        await next(context);
    }

    /// <summary>Waits for a turn. Null: too many are waiting.</summary>
    private async Task<Turn?> Enter(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(CircuitSetup.Path, StringComparison.OrdinalIgnoreCase))
            return turns.Pass(context.Client());
        using var head = _heads.Enter(context.Client(), LengthOfHead(context));
        try
        {
            return head is null ? null : await turns.Enter(context.Client(), context.RequestAborted);
        }
        catch (ServerBusyException)
        {
            return null;
        }
    }

    private static long LengthOfHead(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length
        + context.Request.Headers.Sum(header => (long)header.Key.Length + header.Value.Sum(value => value?.Length ?? 0));

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
}
