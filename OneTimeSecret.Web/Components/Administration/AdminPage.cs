using Microsoft.AspNetCore.Components;
using OneTimeSecret.Core.Accounts;

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

    /// <summary>When the page was read.</summary>
    private protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>
    /// Whether an act came to an end that the page has words for; not when who asked is no administrator any more.
    /// </summary>
    private protected bool IsAnswered(AdminOutcome outcome)
    {
        if (outcome != AdminOutcome.NotAdministrator)
            return true;
        Fail(Web.Http.Problem.NotFound);
        return false;
    }
}
