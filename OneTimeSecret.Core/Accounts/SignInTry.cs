namespace OneTimeSecret.Core.Accounts;

/// <summary>A counter of attempts in a window that begins with the first attempt.</summary>
public sealed class SignInTry
{
    /// <summary>HMAC of what is counted (an address and a client, an account's codes, …), so that the row reveals no identity.</summary>
    public required byte[] Who { get; init; }

    /// <summary>The attempts in the window.</summary>
    public required int Count { get; set; }

    /// <summary>The end of the window.</summary>
    public required DateTimeOffset Until { get; set; }
}
