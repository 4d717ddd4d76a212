namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Takes the challenge that a passkey has signed. Each counts once, whatever came of it: the database remembers.</summary>
public sealed class TakeChallenge(SignInTries tries)
{
    /// <summary>How long a challenge can be answered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Whether nobody has taken <paramref name="challenge"/> before. It must be younger than <see cref="Lifetime"/>.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; it was not taken.</exception>
    public async Task<bool> Run(string challenge, CancellationToken cancellation) =>
        await tries.Spend(cancellation, new TryLimit("passkey-challenge", challenge, Most: 1, Lifetime)) is null;
}
