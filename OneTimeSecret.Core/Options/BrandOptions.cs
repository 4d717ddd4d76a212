using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Brand</c>: name, logo, colours and footer links of the pages and mails.</summary>
public sealed partial class BrandOptions : IValidatableObject
{
    /// <summary>Least contrast of text to its background: WCAG 2.2, success criterion 1.4.3, level AA.</summary>
    private const double LeastContrast = 4.5;

    /// <summary>Per theme, the background on which links have the least contrast: <c>--surface</c> in wwwroot/app.css.</summary>
    private const string LightSurface = "#f5f7f9", DarkSurface = "#1d232a";

    /// <summary>The name in titles, headers and mails.</summary>
    [Required]
    public string Name { get; set; } = "OneTimeSecret";

    /// <summary>File of a logo, SVG or PNG, shown beside the name. Relative to the content root.</summary>
    public string? Logo { get; set; }

    /// <summary>Colour of links and buttons on light backgrounds, <c>#rrggbb</c>. Its contrast to #f5f7f9 must be at least 4.5.</summary>
    public string? Accent { get; set; }

    /// <summary>Colour of links and buttons on dark backgrounds, <c>#rrggbb</c>. Its contrast to #1d232a must be at least 4.5.</summary>
    public string? AccentDark { get; set; }

    /// <summary>Links at the foot of every page. Each is a label, a space and an address.</summary>
    public IList<string> Links { get; } = [];

    /// <summary><see cref="Links"/>, split into label and address.</summary>
    public IReadOnlyList<(string Label, string Address)> FooterLinks() => [.. Links.Select(Split).OfType<(string, string)>()];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name is { Length: > 60 })
            yield return new("must have at most 60 characters", [nameof(Name)]);
        if (Logo is not null && !Logo.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)
            && !Logo.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            yield return new("must be a file that ends in .svg or .png", [nameof(Logo)]);
        if (Accent is not null && !IsReadable(Accent, LightSurface))
            yield return new($"must be a colour such as #0b5cad with a contrast of {LeastContrast} to {LightSurface}", [nameof(Accent)]);
        if (AccentDark is not null && !IsReadable(AccentDark, DarkSurface))
            yield return new($"must be a colour such as #7fb8f5 with a contrast of {LeastContrast} to {DarkSurface}", [nameof(AccentDark)]);
        if ((Accent is null) != (AccentDark is null))
            yield return new("must be set together with the other accent colour: one is for light backgrounds, one for dark",
                [Accent is null ? nameof(Accent) : nameof(AccentDark)]);
        foreach (var link in Links.Where(link => Split(link) is null))
            yield return new($"holds '{link}', which is not a label, a space and an http, https or mailto address", [nameof(Links)]);
    }

    private static (string Label, string Address)? Split(string link)
    {
        var blank = link.LastIndexOf(' ');
        return blank > 0 && Uri.TryCreate(link[(blank + 1)..], UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto"
            ? (link[..blank].Trim(), uri.AbsoluteUri)
            : null;
    }

    private static bool IsReadable(string colour, string ground)
    {
        if (!Colour().IsMatch(colour))
            return false;
        var (a, b) = (Luminance(colour), Luminance(ground));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05) >= LeastContrast;
    }

    /// <summary>Relative luminance as defined by WCAG.</summary>
    private static double Luminance(string colour)
    {
        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));

        double Channel(int at)
        {
            var part = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}$", RegexOptions.NonBacktracking)]
    private static partial Regex Colour();
}
