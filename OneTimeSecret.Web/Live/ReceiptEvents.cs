using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Live;

/// <summary>
/// Server-sent events for receipt pages (docs/adr/0005). Each event contains only the name of the state, first the current one and then
/// each new one. The page closes the stream after a final state. Status 204 tells a browser not to reconnect.
/// </summary>
internal static class ReceiptEvents
{
    public static void MapReceiptEvents(this IEndpointRouteBuilder routes)
    {
        foreach (var receipt in (string[])["receipt", "private"])
            routes.MapGet($"/{receipt}/{{key}}/events", Send).ExcludeFromDescription();
    }

    private static async Task Send(
        HttpContext context, string key, WatchReceipt watch, LivePages pages, IOptions<LimitOptions> limits, TimeProvider time,
        IHostApplicationLifetime host)
    {
        using var place = pages.EnterStream(context.Client(), context);
        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(limits.Value.LiveMinutes), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping, enough.Token);
        await using var states = watch.Run(MetadataKey.Parse(key), end.Token).GetAsyncEnumerator(end.Token);
        if (place is null || !await states.MoveNextAsync())
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        Turn.Current?.Dispose(); // a stream mostly waits
        context.Response.Headers["X-Accel-Buffering"] = "no"; // otherwise nginx buffers the events
        await TypedResults.ServerSentEvents(Names(states)).ExecuteAsync(context);
    }

    private static async IAsyncEnumerable<string> Names(IAsyncEnumerator<ReceiptState> states)
    {
        do
            yield return states.Current.Name();
        while (await states.MoveNextAsync());
    }
}
