using Microsoft.Extensions.Localization;

namespace OneTimeSecret.Web.Resources;

/// <summary>Registers the localized texts of pages and mails.</summary>
internal static class TextSetup
{
    /// <summary>Also registers a non-generic localizer, for code that does not name the class of the texts.</summary>
    public static void AddTexts(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSingleton<IStringLocalizer>(provider => provider.GetRequiredService<IStringLocalizer<Texts>>());
    }
}
