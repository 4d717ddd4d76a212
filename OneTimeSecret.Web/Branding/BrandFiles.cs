using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Branding;

/// <summary>Serves the operator's logo and colours as files, because the policy forbids inline styles and other hosts.</summary>
internal sealed class BrandFiles(IOptions<BrandOptions> brand)
{
    public const string LogoPath = "/brand/logo";
    public const string StylePath = "/brand/style.css";

    /// <summary>The content of the logo file. Null without a logo.</summary>
    public byte[]? Logo { get; } = brand.Value.Logo is { } file ? File.ReadAllBytes(file) : null;

    /// <summary>The colours as CSS. Null if the operator has set none.</summary>
    public string? Style { get; } = brand.Value is { Accent: { } light, AccentDark: { } dark }
        ? $":root {{ --accent: light-dark({light}, {dark}); }}"
        : null;

    public void Map(IEndpointRouteBuilder routes)
    {
        if (Logo is not null)
        {
            var type = brand.Value.Logo!.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) ? "image/svg+xml" : "image/png";
            var tag = Tag(Logo);
            routes.MapGet(LogoPath, () => TypedResults.Bytes(Logo, type, entityTag: tag)).ExcludeFromDescription();
        }
        if (Style is not null)
        {
            var css = System.Text.Encoding.UTF8.GetBytes(Style);
            var tag = Tag(css);
            routes.MapGet(StylePath, () => TypedResults.Bytes(css, "text/css; charset=utf-8", entityTag: tag)).ExcludeFromDescription();
        }
    }

    private static EntityTagHeaderValue Tag(byte[] content) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
}

internal static class BrandFilesSetup
{
    public static void AddBrandFiles(this IServiceCollection services) => services.AddSingleton<BrandFiles>();

    public static void MapBrandFiles(this WebApplication app) => app.Services.GetRequiredService<BrandFiles>().Map(app);
}
