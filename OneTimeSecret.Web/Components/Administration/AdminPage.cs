using Microsoft.AspNetCore.Components;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Web.Components.Administration;

/// <summary>
/// What pages of administrators share. The gate has let nobody else in, but that was when the request came: each act asks the database
/// anew, and who is no administrator any more is told what everybody is told.
/// </summary>
public abstract class AdminPage : ProductPage
{
    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    /// <summary>Who looks and acts.</summary>
    private protected Caller Admin => Caller;

    /// <summary>What times on the page are seen from.</summary>
    private protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Ends an act: leads back to a page that says what came of it, and shows what is so now.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="done">What has happened, if it was done.</param>
    /// <param name="path">The page, which has an <see cref="AdminFrame"/>.</param>
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
            _ => AdminNews.NotThere,
        };
        GoTo($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{AdminFrame.NewsParameter}={news}");
    }
}

/// <summary>What an administrator has just done, to be said once. Texts are <c>Admin.News.…</c>.</summary>
public enum AdminNews
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An account was suspended.</summary>
    Suspended,

    /// <summary>An account was let in again.</summary>
    Resumed,

    /// <summary>An account has other limits.</summary>
    Limited,

    /// <summary>An account must have a second factor.</summary>
    FactorDemanded,

    /// <summary>An account may do without a second factor.</summary>
    FactorWaived,

    /// <summary>An account became an administrator.</summary>
    Granted,

    /// <summary>An administrator became an ordinary account.</summary>
    Revoked,

    /// <summary>A network was blocked.</summary>
    Blocked,

    /// <summary>A network was let in again.</summary>
    Unblocked,

    /// <summary>A mail is in the queue again.</summary>
    Retried,

    /// <summary>An address gets mails again.</summary>
    Allowed,

    /// <summary>A job was started.</summary>
    Started,

    /// <summary>A secret was destroyed unread.</summary>
    Destroyed,

    /// <summary>The banner was set.</summary>
    BannerSet,

    /// <summary>The banner was taken away.</summary>
    BannerTaken,

    /// <summary>It was so already, or what it was to be done to is gone.</summary>
    NotThere,

    /// <summary>It would have left nobody to be administrator.</summary>
    LastAdministrator,
}
