namespace OneTimeSecret.Core.Accounts;

/// <summary>How often something was tried, in a window that begins with the first try.</summary>
public sealed class SignInTry
{
    /// <summary>HMAC of what is counted (an address and a client, an account's codes, …): names nobody to who reads it.</summary>
    public required byte[] Who { get; init; }

    /// <summary>Tries in the window.</summary>
    public required int Count { get; set; }

    /// <summary>The end of the window.</summary>
    public required DateTimeOffset Until { get; set; }
}
