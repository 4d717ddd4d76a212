using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// The language of a page and the form of its dates and numbers, as the reader's browser asks for them. What is not
/// for people speaks no language but its own.
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

    /// <summary>English, and every language that has a file of texts: each becomes a folder beside the program.</summary>
    private static IEnumerable<string> Languages() => Directory
        .EnumerateFiles(AppContext.BaseDirectory, $"{typeof(Server).Assembly.GetName().Name}.resources.dll", SearchOption.AllDirectories)
        .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
        .Prepend(Neutral);
}
