using Microsoft.AspNetCore.Antiforgery;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Shows a form again, with its fields, if its antiforgery token is invalid (its cookie or key is gone), so that the user's input is not
/// lost. The post is handled as a GET, so it cannot change anything. This applies only to posts from our own pages, because another site
/// could otherwise put text on our page, and only to pages with <see cref="ReturnsFormsAttribute"/> (docs/adr/0006).
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
            // The page itself has set any other status, for example for a secret that is gone.
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
            context.Request.Method = method; // RequestLog logs the original method
        }
    }

    private static bool IsStale(HttpContext context) => HttpMethods.IsPost(context.Request.Method)
        && context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
        && context.GetEndpoint()?.Metadata.GetMetadata<ReturnsFormsAttribute>() is not null;

    /// <summary>Reads the form despite its invalid token. Null if that fails, for example because the form is too large.</summary>
    private static async Task<IFormCollection?> Read(HttpContext context)
    {
        var refusal = context.Features.Get<IAntiforgeryValidationFeature>();
        try
        {
            context.Features.Set<IAntiforgeryValidationFeature>(null); // with this feature the framework refuses to read the form
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

/// <summary>A form as it was sent, with an invalid token.</summary>
internal sealed record StaleForm(IFormCollection Fields)
{
    /// <summary>Whether a field is not empty.</summary>
    public bool Holds(string field) => Fields[field] is [{ Length: > 0 }, ..];
}

/// <summary>
/// Marks a page that shows its form again when the token is invalid. Pages of accounts and administrators must not have it. A marked page
/// must not show passphrases or passwords again.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReturnsFormsAttribute : Attribute;
