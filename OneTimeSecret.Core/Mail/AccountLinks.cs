namespace OneTimeSecret.Core.Mail;

/// <summary>The links in mails to accounts: the paths of the pages, and the lifetimes of the tokens.</summary>
public static class AccountLinks
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>How long the link of an invitation works.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>The path and query of the page that sets a password.</summary>
    public static string Password(string email, string token) =>
        $"/reset?email={Uri.EscapeDataString(email)}&token={Uri.EscapeDataString(token)}";

    /// <summary>The path and query of the page that confirms a new address of an account.</summary>
    public static string Address(Guid accountId, string email, string token) =>
        $"/account/address/confirm?account={accountId}&email={Uri.EscapeDataString(email)}&token={Uri.EscapeDataString(token)}";
}
