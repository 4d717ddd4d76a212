using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Branding;

namespace OneTimeSecret.Tests.Components;

/// <summary>
/// Renders single components with the product's texts and default settings. Components that call verbs get those of a server.
/// </summary>
internal sealed class Rendering : BunitContext
{
    public Rendering()
    {
        Services.AddLocalization();
        AddDefaults<SiteOptions>();
        AddDefaults<BrandOptions>();
        Services.AddSingleton<BrandFiles>();
        Services.AddSingleton(new CurrentBanner(null!, TimeProvider.System)); // it never reads the database, so there is no banner
        AddDefaults<SecretOptions>();
        AddDefaults<PassphraseOptions>();
        AddDefaults<LimitOptions>();
        AddDefaults<MailOptions>();
    }

    /// <summary>Takes all other services from this scope of a server. The caller disposes it after the rendering.</summary>
    public Rendering(IServiceScope product)
        : this() => Services.AddFallbackServiceProvider(product.ServiceProvider);

    private void AddDefaults<T>()
        where T : class, new() => Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new T()));
}
