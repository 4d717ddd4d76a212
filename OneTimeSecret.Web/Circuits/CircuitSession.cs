using Microsoft.AspNetCore.Components.Authorization;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Who a circuit speaks for, asked anew each time: a circuit outlives the request that began it, and its session may have ended since.
/// </summary>
internal sealed class CircuitSession(AuthenticationStateProvider state, VerifySession sessions)
{
    /// <summary>Its account; null when its session has ended, or lacks something that it needs now.</summary>
    public async Task<SignedIn?> Account(CancellationToken cancellation = default)
    {
        var user = (await state.GetAuthenticationStateAsync()).User;
        return await sessions.Of(user, cancellation) is { LacksFactor: false } session ? session.Account : null;
    }
}
