using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Section <c>Accounts</c>: who may have one, and how people stay signed in.</summary>
public sealed class AccountOptions : IValidatableObject
{
    /// <summary>Who may sign up. Not set: <see cref="SignUpMode.Open"/> where mail is sent, else <see cref="SignUpMode.Closed"/>.</summary>
    public SignUpMode? SignUp { get; set; }

    /// <summary>Hosts of addresses that may sign up in the mode <see cref="SignUpMode.Domain"/>, such as <c>example.com</c>.</summary>
    public IList<string> Domains { get; } = [];

    /// <summary>Whether every account needs a second factor: a passkey or an authenticator app.</summary>
    public bool RequireSecondFactor { get; set; }

    /// <summary>Hours without use after which somebody who did not ask to stay is signed out.</summary>
    [Range(1, 8760)]
    public int IdleHours { get; set; } = 12;

    /// <summary>Days without use after which somebody who asked to stay signed in is signed out.</summary>
    [Range(1, 366)]
    public int StayDays { get; set; } = 30;

    /// <summary>Whether an account may have <paramref name="address"/>.</summary>
    internal bool Takes(EmailAddress address) => Domains.Count == 0 || Domains.Any(address.IsAt);

    /// <summary>How long a session lasts without being used.</summary>
    /// <param name="stays">Whether its owner asked to stay signed in.</param>
    internal TimeSpan Lifetime(bool stays) => stays ? TimeSpan.FromDays(StayDays) : TimeSpan.FromHours(IdleHours);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SignUp == SignUpMode.Domain && Domains.Count == 0)
            yield return new("must name the hosts of addresses that may sign up when SignUp is Domain", [nameof(Domains)]);
        if (SignUp != SignUpMode.Domain && Domains.Count > 0)
            yield return new("counts only when SignUp is Domain", [nameof(Domains)]);
        foreach (var domain in Domains.Where(domain => EmailAddress.Parse($"a@{domain}") is null))
            yield return new($"holds '{domain}', which is no host of mail addresses", [nameof(Domains)]);
    }
}

/// <summary>Who may sign up.</summary>
public enum SignUpMode
{
    /// <summary>Nobody: accounts come from the verb <c>account add</c>.</summary>
    Closed,

    /// <summary>Who has been sent a link by the operator (<c>account invite</c>).</summary>
    Invitation,

    /// <summary>Who has an address at one of <see cref="AccountOptions.Domains"/>, which a mail proves.</summary>
    Domain,

    /// <summary>Everybody, with any address.</summary>
    Open,
}
