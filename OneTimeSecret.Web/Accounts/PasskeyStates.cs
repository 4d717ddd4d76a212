using OneTimeSecret.Core.Accounts.Factors;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Protects the state that Identity needs between a passkey challenge and its response. The state is in the page, encrypted by data
/// protection, bound to one use, and accepted once. Identity's own cookie for the state would overwrite the cookie of a pending sign-in.
/// </summary>
internal sealed class PasskeyStates(PassingText texts, TakeChallenge challenges)
{
    private const string Purpose = "passkey";

    public string Seal(PasskeyUse use, string state) => texts.Seal(state, Purpose, use.ToString());

    /// <summary>The state of a response. Null if it is forged, for another use, too old or used before.</summary>
    public async Task<string?> Spend(PasskeyUse use, PasskeyAnswer answer, CancellationToken cancellation) =>
        texts.Open(answer.State, TakeChallenge.Lifetime, Purpose, use.ToString()) is { } state && await challenges.Run(state, cancellation)
            ? state : null;
}
