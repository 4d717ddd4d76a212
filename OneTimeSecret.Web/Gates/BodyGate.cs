using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Limits the bytes of bodies that are in memory at the same time, in all and of each client, and the time that a body may take
/// (docs/adr/0013). The bytes are taken before a body is read, and kept until its request ends.
/// </summary>
internal sealed class BodyGate
{
    private const long Megabyte = 1024 * 1024;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly RequestDelegate _next;
    private readonly Surfaces _surfaces;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly long _longest;
    private readonly Places _bytes;

    public BodyGate(
        RequestDelegate next, Surfaces surfaces, TimeProvider time, IOptions<LimitOptions> limits, IOptions<SecretOptions> secrets)
    {
        (_next, _surfaces, _time, _patience) = (next, surfaces, time, TimeSpan.FromSeconds(limits.Value.BodySeconds));
        _longest = Math.Max(BodyLength.OfApi(secrets.Value), BodyLength.OfForm(secrets.Value));
        var perClient = Math.Max(limits.Value.BodyMegabytesPerClient * Megabyte, _longest);
        // A network may hold at most as much as is free, so the whole must be at least twice the share of a client.
        var all = Math.Max(limits.Value.BodyMegabytes * Megabyte, 2 * perClient);
        _bytes = new Places(all, perClient, perClient * limits.Value.NetworkFactor);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            await _next(context);
            return;
        }
        // No reader keeps more than the longest body that it allows. A body without a length counts as that one.
        using var held = _bytes.Enter(context.Client(), Math.Min(context.Request.ContentLength ?? _longest, _longest));
        if (held is null)
        {
            await _surfaces.Of(context).Write(context, Problem.Busy, Retry);
            return;
        }
        using var deadline = new CancellationTokenSource(_patience, _time);
        await using var body = new TimedBody(context.Request.BodyReader, deadline.Token);
        context.Request.Body = body;
        await _next(context);
        // The framework takes a form that did not arrive for one without a valid token, and answers 400.
        if (body.IsLate && !context.Response.HasStarted)
            await _surfaces.Of(context).Write(context, Problem.TooSlow, TimeSpan.Zero);
    }
}
