using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// A field of the form that opens a secret, for <c>Secrets:ConfirmReveal</c>. It says for which link its page was made, and when. Programs
/// that press a button as soon as a page has loaded send it too early, and then get a new one.
/// </summary>
internal sealed class RevealTicket(PassingText passing)
{
    /// <summary>How old a page must be. A person needs longer to read it.</summary>
    public static readonly TimeSpan Youngest = TimeSpan.FromSeconds(2);

    /// <summary>A ticket for the page of <paramref name="key"/>.</summary>
    /// <param name="key">The key of the link.</param>
    /// <param name="isSecond">Whether this is the page that asks a second time.</param>
    public string New(string key, bool isSecond) => passing.Seal("", Purposes(key, isSecond));

    /// <summary>Whether the ticket is one of that page.</summary>
    public bool Is(string? ticket, string key, bool isSecond) => passing.Age(ticket, Purposes(key, isSecond)) is not null;

    /// <summary>Whether the ticket is one of that page and old enough.</summary>
    public bool Opens(string? ticket, string key, bool isSecond) => passing.Age(ticket, Purposes(key, isSecond)) >= Youngest;

    private static string[] Purposes(string key, bool isSecond) => ["reveal", key, isSecond ? "second" : "first"];
}
