namespace OneTimeSecret.Web.Http;

/// <summary>The registered surfaces.</summary>
internal sealed class Surfaces(IEnumerable<Surface> registered)
{
    private readonly Surface[] _longestFirst = [.. registered.OrderByDescending(surface => surface.Path.ToString().Length)];

    /// <summary>The surface of a request: the one with the longest path that is a prefix of the request's path.</summary>
    public Surface Of(HttpContext context) => _longestFirst.First(
        surface => context.Request.Path.StartsWithSegments(surface.Path, StringComparison.OrdinalIgnoreCase));
}
