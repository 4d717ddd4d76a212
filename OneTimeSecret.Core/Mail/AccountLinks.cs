namespace OneTimeSecret.Core.Mail;

/// <summary>The links that mails to accounts carry: the pages that take their tokens, and how long a token works.</summary>
public static class AccountLinks
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>How long the link of an invitation works.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>The page that sets a password, below the origin.</summary>
    public static string Password(string email, string token) =>
        $"/reset?email={Uri.EscapeDataString(email)}&token={Uri.EscapeDataString(token)}";

    /// <summary>The page that confirms a new address of an account, below the origin.</summary>
    public static string Address(Guid accountId, string email, string token) =>
        $"/account/address/confirm?account={accountId}&email={Uri.EscapeDataString(email)}&token={Uri.EscapeDataString(token)}";
}
