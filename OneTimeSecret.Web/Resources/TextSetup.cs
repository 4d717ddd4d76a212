using Microsoft.Extensions.Localization;

namespace OneTimeSecret.Web.Resources;

/// <summary>Composes the texts that people read.</summary>
internal static class TextSetup
{
    /// <summary>Registers the texts, also for code that does not name the file they are in.</summary>
    public static void AddTexts(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSingleton<IStringLocalizer>(provider => provider.GetRequiredService<IStringLocalizer<Texts>>());
    }
}
