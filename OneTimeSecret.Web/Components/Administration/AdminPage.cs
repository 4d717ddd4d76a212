using Microsoft.AspNetCore.Components;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Web.Components.Administration;

/// <summary>
/// The base of administrators' pages. The gate checks the role when the request arrives. Each action checks it again in the database, and a
/// person who is no longer an administrator gets the same 404 as everybody else.
/// </summary>
public abstract class AdminPage : ProductPage
{
    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    /// <summary>The administrator who views the page and acts.</summary>
    private protected Caller Admin => Caller;

    /// <summary>The time that relative times on the page refer to.</summary>
    private protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Ends an action: redirects to a page that reports the outcome and shows the current state.</summary>
    /// <param name="outcome">The outcome of the action.</param>
    /// <param name="done">The news to report if the outcome is <see cref="AdminOutcome.Done"/>.</param>
    /// <param name="path">The path of the page, which must have an <see cref="AdminFrame"/>.</param>
    private protected void Settle(AdminOutcome outcome, AdminNews done, string path)
    {
        if (outcome == AdminOutcome.NotAdministrator)
        {
            Fail(Web.Http.Problem.NotFound);
            return;
        }
        var news = outcome switch
        {
            AdminOutcome.Done => done,
            AdminOutcome.LastAdministrator => AdminNews.LastAdministrator,
            AdminOutcome.OwnAccount => AdminNews.OwnAccount,
            _ => AdminNews.NotThere,
        };
        GoTo($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{AdminFrame.NewsParameter}={news}");
    }
}

/// <summary>The result of an administrator's last action, reported once. Its texts are <c>Admin.News.…</c>.</summary>
public enum AdminNews
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An account was suspended.</summary>
    Suspended,

    /// <summary>The suspension of an account was ended.</summary>
    Resumed,

    /// <summary>The limits of an account were changed.</summary>
    Limited,

    /// <summary>A second factor became mandatory for an account.</summary>
    FactorDemanded,

    /// <summary>A second factor is no longer mandatory for an account.</summary>
    FactorWaived,

    /// <summary>The second factors of an account were removed.</summary>
    FactorsReset,

    /// <summary>An account became an administrator.</summary>
    Granted,

    /// <summary>An administrator became an ordinary account.</summary>
    Revoked,

    /// <summary>A network was blocked.</summary>
    Blocked,

    /// <summary>A network was unblocked.</summary>
    Unblocked,

    /// <summary>A mail was queued again.</summary>
    Retried,

    /// <summary>The opt-out of an address was undone.</summary>
    Allowed,

    /// <summary>A job was started.</summary>
    Started,

    /// <summary>A secret was destroyed unread.</summary>
    Destroyed,

    /// <summary>The banner was set.</summary>
    BannerSet,

    /// <summary>The banner was removed.</summary>
    BannerTaken,

    /// <summary>Nothing was done: the target already has this state or no longer exists.</summary>
    NotThere,

    /// <summary>Nothing was done: no administrator would be left.</summary>
    LastAdministrator,

    /// <summary>Nothing was done: administrators cannot do this to their own account.</summary>
    OwnAccount,
}
