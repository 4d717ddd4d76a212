namespace OneTimeSecret.Web.Http;

/// <summary>
/// A part of the server that writes its problems in its own way: an API, or the pages. Each registers itself at start, so what all requests
/// have in common knows none of them.
/// </summary>
/// <param name="Path">The path that it begins at. The empty path is where all other surfaces end.</param>
/// <param name="Write">Answers a request with a problem. The time says when the client may come back; zero says nothing.</param>
internal sealed record Surface(PathString Path, Func<HttpContext, Problem, TimeSpan, Task> Write)
{
    /// <summary>
    /// Whether people look at it in a browser. Then it speaks the reader's language, knows who is signed in, and shows a page for a status
    /// that has no body. A surface for programs does none of these.
    /// </summary>
    public bool IsForPeople { get; init; }
}
