namespace OneTimeSecret.Web.Http;

/// <summary>What keeps a page from being shown, as the reader is told. Texts are <c>Problem.{name}.…</c> in the resources.</summary>
public enum Problem
{
    /// <summary>There is no such page.</summary>
    NotFound,

    /// <summary>The form came from elsewhere, has lost its cookie, or was not readable.</summary>
    BadForm,

    /// <summary>The client's network is blocked.</summary>
    Blocked,

    /// <summary>One request too many.</summary>
    RateLimited,

    /// <summary>A queue is full; a few seconds help.</summary>
    Busy,

    /// <summary>The database is away; the operator has to help.</summary>
    Maintenance,

    /// <summary>The program failed.</summary>
    Fault,
}

/// <summary>The status of each problem, and the problem behind a status.</summary>
internal static class Problems
{
    public static int Status(this Problem problem) => problem switch
    {
        Problem.NotFound => StatusCodes.Status404NotFound,
        Problem.BadForm => StatusCodes.Status400BadRequest,
        Problem.Blocked => StatusCodes.Status403Forbidden,
        Problem.RateLimited => StatusCodes.Status429TooManyRequests,
        Problem.Busy or Problem.Maintenance => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The problem behind a status that an answer without a body carries.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => Problem.NotFound,
        < 500 => Problem.BadForm,
        _ => Problem.Fault,
    };
}
