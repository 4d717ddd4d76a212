using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Section <c>Accounts</c>: who may have an account, and how long people stay signed in.</summary>
public sealed class AccountOptions : IValidatableObject
{
    /// <summary>Who may sign up. Null: <see cref="SignUpMode.Open"/> on a server with mail, else <see cref="SignUpMode.Closed"/>.</summary>
    public SignUpMode? SignUp { get; set; }

    /// <summary>The hosts whose addresses may sign up in mode <see cref="SignUpMode.Domain"/>, such as <c>example.com</c>.</summary>
    public IList<string> Domains { get; } = [];

    /// <summary>Whether every account needs a second factor: a passkey or an authenticator app.</summary>
    public bool RequireSecondFactor { get; set; }

    /// <summary>Whether the API tokens of an account that needs a second factor work only while it has one.</summary>
    public bool TokensNeedFactor { get; set; }

    /// <summary>Hours without use after which a session ends whose user did not choose to stay signed in.</summary>
    [Range(1, 8760)]
    public int IdleHours { get; set; } = 12;

    /// <summary>Days without use after which a session ends whose user chose to stay signed in.</summary>
    [Range(1, 366)]
    public int StayDays { get; set; } = 30;

    /// <summary>Whether an account may have <paramref name="address"/>. Without <see cref="Domains"/>, every address is allowed.</summary>
    internal bool Takes(EmailAddress address) => Domains.Count == 0 || Domains.Any(address.IsAt);

    /// <summary>How long a session lasts without use. <paramref name="stays"/>: the user chose to stay signed in.</summary>
    internal TimeSpan Lifetime(bool stays) => stays ? TimeSpan.FromDays(StayDays) : TimeSpan.FromHours(IdleHours);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SignUp == SignUpMode.Domain && Domains.Count == 0)
            yield return new("must name the hosts whose addresses may sign up when SignUp is Domain", [nameof(Domains)]);
        if (SignUp != SignUpMode.Domain && Domains.Count > 0)
            yield return new("has an effect only when SignUp is Domain: set SignUp to Domain, or remove this setting", [nameof(Domains)]);
        foreach (var domain in Domains.Where(domain => EmailAddress.Parse($"a@{domain}") is null))
            yield return new($"contains '{domain}', which is not a valid host of e-mail addresses", [nameof(Domains)]);
    }
}

/// <summary>Who may sign up.</summary>
public enum SignUpMode
{
    /// <summary>Nobody. Only the operator makes accounts, with <c>account add</c>.</summary>
    Closed,

    /// <summary>People to whom the operator gave a link (<c>account invite</c>).</summary>
    Invitation,

    /// <summary>People with an address at one of <see cref="AccountOptions.Domains"/>. A mailed link verifies the address.</summary>
    Domain,

    /// <summary>Everybody, with any address.</summary>
    Open,
}
