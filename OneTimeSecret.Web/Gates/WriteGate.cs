using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Limits the requests that may write and run at the same time to the places in the write queue. A network gets at most as many as are
/// free, so it cannot fill the queue for everybody while a disk is slow (docs/adr/0012).
/// </summary>
internal sealed class WriteGate(RequestDelegate next, Surfaces surfaces, IOptions<StorageOptions> storage)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly Places _running = new(storage.Value.QueueLength, storage.Value.QueueLength, storage.Value.QueueLength);

    public async Task InvokeAsync(HttpContext context)
    {
        // Links change nothing, so GET writes at most when a session or a token was last used. Streams and circuits begin with GET too.
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }
        using var place = _running.Enter(context.Client());
        if (place is null)
            await surfaces.Of(context).Write(context, Problem.Busy, Retry);
        else
            await next(context);
    }
}
