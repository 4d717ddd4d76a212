namespace OneTimeSecret.Core.Actors;

/// <summary>Who asks.</summary>
/// <param name="Client">The client's network identity (an IPv4 address or an IPv6 /64), by which wrong passphrases are counted.</param>
/// <param name="Account">The account, null for anonymous callers.</param>
public sealed record Caller(string Client, SignedIn? Account = null)
{
    /// <summary>The browser and its system in words, as an account's owner is told of them; "" for a script.</summary>
    public string Browser { get; init; } = "";
}

/// <summary>The account behind a request.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Email">Its e-mail address, the <c>custid</c> of the API.</param>
/// <param name="MayMail">Whether its address is verified, without which it may not send mail.</param>
/// <param name="Scopes">What the request's token may do.</param>
/// <param name="RequestLimit">Its own limit of requests (<see cref="Account.RequestLimit"/>); null: what the settings say.</param>
public sealed record SignedIn(Guid Id, string Email, bool MayMail, TokenScopes Scopes, int? RequestLimit = null);
