using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Which addresses accounts may have, and how somebody gets one: by the settings of accounts and of mail.</summary>
public sealed class AddressRules(IOptions<AccountOptions> accounts, IOptions<MailOptions> mail)
{
    /// <summary>Whether mail is sent, by which an address can be proved.</summary>
    public bool SendsMail => mail.Value.Sends();

    /// <summary>How people sign up here.</summary>
    public SignUpWay SignUp => (accounts.Value.SignUp, SendsMail) switch
    {
        (SignUpMode.Invitation, _) => SignUpWay.Invitation,
        (SignUpMode.Open or SignUpMode.Domain, true) => SignUpWay.Link,
        (SignUpMode.Open, false) => SignUpWay.Password,
        _ => SignUpWay.None,
    };

    /// <summary>Hosts of the addresses that are taken; none: all are.</summary>
    internal IReadOnlyList<string> Domains => accounts.Value.Domains.AsReadOnly();

    /// <summary>Whether an account may have <paramref name="address"/>.</summary>
    internal bool Takes(EmailAddress address) => accounts.Value.Takes(address);
}

/// <summary>How somebody comes to an account.</summary>
public enum SignUpWay
{
    /// <summary>Only by the operator, who makes it.</summary>
    None,

    /// <summary>Only by the operator, who invites.</summary>
    Invitation,

    /// <summary>By a link that is mailed to the address and proves it.</summary>
    Link,

    /// <summary>By choosing a password, at once: nothing proves the address.</summary>
    Password,
}
