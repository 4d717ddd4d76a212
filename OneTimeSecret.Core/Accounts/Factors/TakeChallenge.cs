namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Uses up the challenge of a passkey. The database ensures that each challenge can be answered once only.</summary>
public sealed class TakeChallenge(SignInTries tries)
{
    /// <summary>How long a challenge can be answered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Whether the challenge was unused until now. The caller ensures that it is younger than <see cref="Lifetime"/>.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; the challenge was not used up.</exception>
    public async Task<bool> Run(string challenge, CancellationToken cancellation) =>
        await tries.Spend(cancellation, new TryLimit("passkey-challenge", challenge, Most: 1, Lifetime)) is { Wait: null };
}
