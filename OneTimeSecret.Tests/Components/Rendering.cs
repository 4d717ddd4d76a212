using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Branding;

namespace OneTimeSecret.Tests.Components;

/// <summary>
/// Renders components by themselves, with the product's texts and its default settings. Those that call verbs are given a server's.
/// </summary>
internal sealed class Rendering : BunitContext
{
    public Rendering()
    {
        Services.AddLocalization();
        AddDefaults<SiteOptions>();
        AddDefaults<BrandOptions>();
        Services.AddSingleton<BrandFiles>();
        Services.AddSingleton(new CurrentBanner(null!, TimeProvider.System)); // was never read: there is none
        AddDefaults<SecretOptions>();
        AddDefaults<PassphraseOptions>();
        AddDefaults<LimitOptions>();
        AddDefaults<MailOptions>();
    }

    /// <summary>Takes whatever a component needs besides from a scope of this server; the caller ends it after the rendering.</summary>
    public Rendering(IServiceScope product)
        : this() => Services.AddFallbackServiceProvider(product.ServiceProvider);

    private void AddDefaults<T>()
        where T : class, new() => Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new T()));
}
