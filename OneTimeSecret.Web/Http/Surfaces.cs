namespace OneTimeSecret.Web.Http;

/// <summary>All surfaces that are registered.</summary>
internal sealed class Surfaces(IEnumerable<Surface> registered)
{
    private readonly Surface[] _longestFirst = [.. registered.OrderByDescending(surface => surface.Path.ToString().Length)];

    /// <summary>The surface that a request belongs to: of those whose path begins the request's path, the one with the longest.</summary>
    public Surface Of(HttpContext context) => _longestFirst.First(
        surface => context.Request.Path.StartsWithSegments(surface.Path, StringComparison.OrdinalIgnoreCase));
}
