using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Sets the language of a page and the format of its dates and numbers from the browser's Accept-Language header. Surfaces for programs
/// are always in English.
/// </summary>
internal static class ReaderCulture
{
    private const string Neutral = "en";

    public static void UseReaderCulture(this WebApplication app)
    {
        var options = new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(Neutral),
            SupportedCultures = CultureInfo.GetCultures(CultureTypes.AllCultures),
            SupportedUICultures = [.. Languages().Select(CultureInfo.GetCultureInfo)],
            RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()],
        };
        var surfaces = app.Services.GetRequiredService<Surfaces>();
        app.UseWhen(context => surfaces.Of(context).IsForPeople, pages => pages.UseRequestLocalization(options));
    }

    /// <summary>English and every language with a file of texts. The build makes a folder beside the program for each.</summary>
    private static IEnumerable<string> Languages() => Directory
        .EnumerateFiles(AppContext.BaseDirectory, $"{typeof(Server).Assembly.GetName().Name}.resources.dll", SearchOption.AllDirectories)
        .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
        .Prepend(Neutral);
}
