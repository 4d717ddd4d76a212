using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Antiforgery tokens that do not depend on who is signed in, for the forms of pages that are for everybody: whoever signs in or out in
/// another tab must not lose what he has typed into this one. Those of an account's pages go on counting for their account alone, so
/// that none is sent in another's name.
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
            // The form to sign out stands in the frame of every page, those of an account as well.
            await inner.ValidateRequestAsync(httpContext);
        }
    }

    /// <summary>For as long as it lasts, a request to a page for everybody is nobody's.</summary>
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
    /// Puts <see cref="OpenForms"/> before the framework's own. That one's class is internal, so it is taken from its registration. The
    /// framework has no setting for this: it always binds a token to who is signed in.
    /// </summary>
    public static void AddOpenForms(this IServiceCollection services)
    {
        var own = services.AddAntiforgery().Single(service => service.ServiceType == typeof(IAntiforgery)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IAntiforgery>(
            provider => new OpenForms((IAntiforgery)ActivatorUtilities.CreateInstance(provider, own))));
    }
}
