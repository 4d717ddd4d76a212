using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Decides from the settings of accounts and mail which addresses accounts may have, and how people sign up.</summary>
public sealed class AddressRules(IOptions<AccountOptions> accounts, IOptions<MailOptions> mail)
{
    /// <summary>Whether the server sends mail. Without mail it cannot verify an address.</summary>
    public bool SendsMail => mail.Value.Sends();

    /// <summary>How people sign up on this server.</summary>
    public SignUpWay SignUp => (accounts.Value.SignUp, SendsMail) switch
    {
        (SignUpMode.Invitation, _) => SignUpWay.Invitation,
        (SignUpMode.Open or SignUpMode.Domain, true) => SignUpWay.Link,
        (SignUpMode.Open, false) => SignUpWay.Password,
        _ => SignUpWay.None,
    };

    /// <summary>The hosts whose addresses are allowed. Empty: every host.</summary>
    internal IReadOnlyList<string> Domains => accounts.Value.Domains.AsReadOnly();

    /// <summary>Whether an account may have <paramref name="address"/>.</summary>
    internal bool Takes(EmailAddress address) => accounts.Value.Takes(address);
}

/// <summary>How somebody gets an account.</summary>
public enum SignUpWay
{
    /// <summary>Only the operator makes accounts.</summary>
    None,

    /// <summary>By a link from the operator's invitation.</summary>
    Invitation,

    /// <summary>By a link that is mailed to the address and verifies it.</summary>
    Link,

    /// <summary>By choosing a password in the sign-up form. The address stays unverified.</summary>
    Password,
}
