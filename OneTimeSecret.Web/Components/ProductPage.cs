using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web.Components;

/// <summary>What pages share that take forms: who asks, whether that is too often, and the answer's status.</summary>
public abstract class ProductPage : ComponentBase
{
    /// <summary>The request; pages are rendered on the server, once.</summary>
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

    /// <summary>Why there is only a problem to show; null: the page itself is shown.</summary>
    private protected Problem? Problem { get; private set; }

    /// <summary>The session of who looks at the page; null: nobody is signed in.</summary>
    private protected OpenedSession? Session => Http.Session();

    private protected string Client => ClientAddress.Of(Http).Name;

    /// <summary>Who asks. Somebody who still lacks the second factor that he needs is nobody in particular.</summary>
    private protected Caller Caller => BrowserName.Caller(Http, Text) with
    {
        Account = Session is { LacksFactor: false } session ? session.Account : null,
    };

    /// <summary>
    /// A form that was sent here with a token that does not fit; null: none was. Nothing is done of it: the page is looked at, and says so.
    /// </summary>
    private protected StaleForm? Stale => Http.Features.Get<StaleForm>();

    private protected bool IsPost => HttpMethods.IsPost(Http.Request.Method);

    private protected CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>Counts a request; true when it is one too many, and the answer says so.</summary>
    private protected bool IsTooMany(RateLimit limit)
    {
        // Whoever tries passwords is counted by where he comes from, whoever he says he is.
        var account = limit == RateLimit.SignIns ? null : Session?.Account;
        if (Limits.Refuse(limit, ClientAddress.Of(Http), account) is not { } wait)
            return false;
        Fail(Web.Http.Problem.RateLimited, wait);
        return true;
    }

    /// <summary>
    /// Redirects to another page, by its path alone: the framework would name the scheme that the request came in, and so lead out of
    /// TLS behind a proxy that it does not know of.
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

    /// <summary>Gives the answer the status of a problem; the page is still the one that says so.</summary>
    private protected void Fail(Problem problem, TimeSpan retryAfter = default)
    {
        Problem = problem;
        SetStatus(problem.Status());
        Http.Response.RetryAfter(retryAfter);
    }

    /// <summary>Sets the answer's status at the last moment: to a 404 that is seen before, the framework gives no body.</summary>
    private protected void SetStatus(int status) => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
