using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Antiforgery tokens of public pages are bound to no user, so that signing in or out in another tab does not invalidate an open form.
/// Tokens of guarded pages stay bound to their account, so that no form is sent in the name of another account.
/// </summary>
internal sealed class OpenForms(IAntiforgery inner) : IAntiforgery
{
    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext)
    {
        using var guise = new Guise(httpContext);
        return inner.GetAndStoreTokens(httpContext);
    }

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext)
    {
        using var guise = new Guise(httpContext);
        return inner.GetTokens(httpContext);
    }

    public void SetCookieTokenAndHeader(HttpContext httpContext) => inner.SetCookieTokenAndHeader(httpContext);

    public async Task<bool> IsRequestValidAsync(HttpContext httpContext)
    {
        using (new Guise(httpContext))
            if (await inner.IsRequestValidAsync(httpContext))
                return true;
        return Guise.IsWorn(httpContext) && await inner.IsRequestValidAsync(httpContext);
    }

    public async Task ValidateRequestAsync(HttpContext httpContext)
    {
        try
        {
            using var guise = new Guise(httpContext);
            await inner.ValidateRequestAsync(httpContext);
        }
        catch (AntiforgeryValidationException) when (Guise.IsWorn(httpContext))
        {
            // The form to sign out is in the layout of every page, so its token may be bound to an account.
            await inner.ValidateRequestAsync(httpContext);
        }
    }

    /// <summary>Until its disposal, makes the user of a request to a public page anonymous.</summary>
    private readonly struct Guise : IDisposable
    {
        private readonly HttpContext _context;
        private readonly ClaimsPrincipal _user;

        public Guise(HttpContext context)
        {
            (_context, _user) = (context, context.User);
            if (IsWorn(context))
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
        }

        public static bool IsWorn(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GuardedAttribute>() is null;

        public void Dispose() => _context.User = _user;
    }
}

internal static class OpenFormsSetup
{
    /// <summary>
    /// Wraps the framework's antiforgery service in <see cref="OpenForms"/>. The framework's class is internal, so the code takes it from
    /// its registration. The framework always binds tokens to the signed-in user and has no setting for this.
    /// </summary>
    public static void AddOpenForms(this IServiceCollection services)
    {
        var own = services.AddAntiforgery().Single(service => service.ServiceType == typeof(IAntiforgery)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IAntiforgery>(
            provider => new OpenForms((IAntiforgery)ActivatorUtilities.CreateInstance(provider, own))));
    }
}
