using Microsoft.AspNetCore.Antiforgery;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Gives forms back whose antiforgery token does not fit (its cookie has gone, or the key that made it), instead of a refusal that loses
/// what was typed. The post turns into a look at the page, so nothing can be done of it, whatever it holds. This is only for posts from a
/// page of this site, or other sites could put words on ours, and only for pages that are marked (docs/adr/0006).
/// </summary>
internal sealed class StaleForms(RequestDelegate next, PublicOrigin origin)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsStale(context) || !origin.IsOwnPost(context.Request) || await Read(context) is not { } fields)
        {
            await next(context);
            return;
        }
        var method = context.Request.Method;
        context.Features.Set(new StaleForm(fields));
        context.Request.Method = HttpMethods.Get;
        context.Response.OnStarting(() =>
        {
            // Other states the page has given itself: gone, or to be seen elsewhere.
            if (context.Response.StatusCode == StatusCodes.Status200OK)
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = method; // for the log
        }
    }

    private static bool IsStale(HttpContext context) => HttpMethods.IsPost(context.Request.Method)
        && context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
        && context.GetEndpoint()?.Metadata.GetMetadata<ReturnsFormsAttribute>() is not null;

    /// <summary>The fields; null: they cannot be read, as of a form that is too large.</summary>
    private static async Task<IFormCollection?> Read(HttpContext context)
    {
        var refusal = context.Features.Get<IAntiforgeryValidationFeature>();
        try
        {
            context.Features.Set<IAntiforgeryValidationFeature>(null); // with it the framework would not let the form be read
            if (context.Request.HasFormContentType)
                return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception unread) when (unread is InvalidDataException or IOException)
        {
        }
        context.Features.Set(refusal);
        return null;
    }
}

/// <summary>A form as it was sent, with a token that does not fit.</summary>
internal sealed record StaleForm(IFormCollection Fields)
{
    /// <summary>Whether a field was filled in.</summary>
    public bool Holds(string field) => Fields[field] is [{ Length: > 0 }, ..];
}

/// <summary>
/// Marks a page that gives a form back when its token does not fit. Never one of an account or of administrators; and what it shows
/// holds no passphrase and no password of an account.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReturnsFormsAttribute : Attribute;
