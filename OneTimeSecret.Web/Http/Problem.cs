namespace OneTimeSecret.Web.Http;

/// <summary>The reason why an error page is shown. Its texts are the resources <c>Problem.{name}.…</c>.</summary>
public enum Problem
{
    /// <summary>There is no such page.</summary>
    NotFound,

    /// <summary>The form came from another site, its antiforgery cookie is missing, or the form was unreadable.</summary>
    BadForm,

    /// <summary>The form took too long to arrive.</summary>
    TooSlow,

    /// <summary>The client's network is blocked.</summary>
    Blocked,

    /// <summary>A rate limit is exceeded.</summary>
    RateLimited,

    /// <summary>A queue is full. A retry after a few seconds may succeed.</summary>
    Busy,

    /// <summary>There is no room for new secrets. Everything else works.</summary>
    Full,

    /// <summary>The database is unavailable. The operator must act.</summary>
    Maintenance,

    /// <summary>The program has a bug.</summary>
    Fault,
}

/// <summary>Maps problems to HTTP statuses and back.</summary>
internal static class Problems
{
    public static int Status(this Problem problem) => problem switch
    {
        Problem.NotFound => StatusCodes.Status404NotFound,
        Problem.BadForm => StatusCodes.Status400BadRequest,
        Problem.TooSlow => StatusCodes.Status408RequestTimeout,
        Problem.Blocked => StatusCodes.Status403Forbidden,
        Problem.RateLimited => StatusCodes.Status429TooManyRequests,
        Problem.Busy or Problem.Full or Problem.Maintenance => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The problem for the error status of an answer without a body.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => Problem.NotFound,
        < 500 => Problem.BadForm,
        _ => Problem.Fault,
    };
}
