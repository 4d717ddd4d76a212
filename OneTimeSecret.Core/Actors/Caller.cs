namespace OneTimeSecret.Core.Actors;

/// <summary>Who makes a request.</summary>
/// <param name="Client">The client's network identity: an IPv4 address or an IPv6 /64. Wrong passphrases are counted by it.</param>
/// <param name="Account">The account. Null: the caller is anonymous.</param>
public sealed record Caller(string Client, SignedIn? Account = null)
{
    /// <summary>The browser and its operating system in words, for mails to the account's owner. "" for a script.</summary>
    public string Browser { get; init; } = "";
}

/// <summary>The account behind a request.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Email">Its e-mail address, the <c>custid</c> of the API.</param>
/// <param name="MayMail">Whether its address is verified. Only then may it send mail.</param>
/// <param name="Scopes">What the request's token may do.</param>
/// <param name="RequestLimit">Its own limit of requests (<see cref="Account.RequestLimit"/>). Null: the settings apply.</param>
public sealed record SignedIn(Guid Id, string Email, bool MayMail, TokenScopes Scopes, int? RequestLimit = null);
