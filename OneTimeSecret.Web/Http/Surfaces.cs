namespace OneTimeSecret.Web.Http;

/// <summary>The registered surfaces.</summary>
internal sealed class Surfaces(IEnumerable<Surface> registered)
{
    private readonly Surface[] _longestFirst = [.. registered.OrderByDescending(surface => surface.Path.ToString().Length)];

    /// <summary>The surface of a request: the one with the longest path that is a prefix of the request's path.</summary>
    public Surface Of(HttpContext context) => _longestFirst.First(
        surface => context.Request.Path.StartsWithSegments(surface.Path, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// A part of the server with its own format of errors: an API, or the pages. Each surface registers itself at the start, so the code for
/// all requests depends on none of them.
/// </summary>
/// <param name="Path">The path prefix. The empty path belongs to the surface for all remaining requests.</param>
/// <param name="Write">Answers a request with a problem. The time is the wait before a retry. Zero means none is given.</param>
internal sealed record Surface(PathString Path, Func<HttpContext, Problem, TimeSpan, Task> Write)
{
    /// <summary>
    /// Whether people use the surface in a browser. Such a surface is localized, has sessions, and shows an error page for an error
    /// status without a body. A surface for programs has none of these.
    /// </summary>
    public bool IsForPeople { get; init; }
}
