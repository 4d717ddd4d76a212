using OneTimeSecret.Core.Accounts.Factors;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// What Identity must remember between the question for a passkey and its answer. It travels through the page under data protection and
/// counts for one use, once. Identity's own cookie for it would end the second step of a sign-in.
/// </summary>
internal sealed class PasskeyStates(PassingText texts, TakeChallenge challenges)
{
    private const string Purpose = "passkey";

    public string Seal(PasskeyUse use, string state) => texts.Seal(state, Purpose, use.ToString());

    /// <summary>The state behind an answer; null: it is not ours, for another use, too old, or was answered before.</summary>
    public async Task<string?> Spend(PasskeyUse use, PasskeyAnswer answer, CancellationToken cancellation) =>
        texts.Open(answer.State, TakeChallenge.Lifetime, Purpose, use.ToString()) is { } state && await challenges.Run(state, cancellation)
            ? state : null;
}
