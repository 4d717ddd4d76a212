using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web.Components;

/// <summary>The base of pages that take forms. It knows the caller, counts requests and sets the answer's status.</summary>
public abstract class ProductPage : ComponentBase
{
    /// <summary>The request. The server renders a page once per request.</summary>
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<Texts> Text { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal RateLimits Limits { get; set; } = null!;

    [Inject]
    internal PublicOrigin Origin { get; set; } = null!;

    /// <summary>The problem to show instead of the page. Null: the page itself is shown.</summary>
    private protected Problem? Problem { get; private set; }

    /// <summary>The viewer's session. Null: nobody is signed in.</summary>
    private protected OpenedSession? Session => Http.Session();

    private protected string Client => Http.Client().Name;

    /// <summary>The caller. A session that still lacks its required second factor counts as anonymous.</summary>
    private protected Caller Caller => BrowserName.Caller(Http, Text) with
    {
        Account = Session is { LacksFactor: false } session ? session.Account : null,
    };

    /// <summary>
    /// A posted form with an invalid antiforgery token, or null. Its request is treated as a GET: no handler runs, the page shows an error.
    /// </summary>
    private protected StaleForm? Stale => Http.Features.Get<StaleForm>();

    private protected bool IsPost => HttpMethods.IsPost(Http.Request.Method);

    private protected CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>Counts a request. True: the limit is exceeded, and the answer says so.</summary>
    private protected bool IsTooMany(RateLimit limit)
    {
        // Attempts to guess passwords or codes are counted per client address, even if an account is signed in.
        var account = limit == RateLimit.SignIns ? null : Session?.Account;
        if (Limits.Refuse(limit, Http.Client(), account) is not { } wait)
            return false;
        Fail(Web.Http.Problem.RateLimited, wait);
        return true;
    }

    /// <summary>
    /// Redirects to another page by its path alone. The framework would send a full URL with the scheme of the request. Behind a TLS proxy
    /// that is not configured, this would lead from https to http.
    /// </summary>
    private protected void GoTo(string path)
    {
        Http.Response.OnStarting(() =>
        {
            Http.Response.Headers.Location = path;
            return Task.CompletedTask;
        });
        Navigation.NavigateTo(path);
    }

    /// <summary>Gives the answer the status of a problem. The page itself still renders the message.</summary>
    private protected void Fail(Problem problem, TimeSpan retryAfter = default)
    {
        Problem = problem;
        SetStatus(problem.Status());
        Http.Response.RetryAfter(retryAfter);
    }

    /// <summary>Sets the answer's status just before it is sent. If the framework sees a 404 earlier, it sends no body.</summary>
    private protected void SetStatus(int status) => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
