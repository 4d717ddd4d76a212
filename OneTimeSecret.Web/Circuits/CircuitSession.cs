using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Who a circuit speaks for, asked anew each time: a circuit outlives the request that began it, and its session may have ended since.
/// </summary>
internal sealed class CircuitSession(AuthenticationStateProvider state, VerifySession sessions, AdminNetworks networks)
{
    /// <summary>
    /// Whether something of this circuit has asked for an administrator: then all of it is an administrator's, and ends when he is none
    /// any more (<see cref="SessionWatch"/>). The page's own address would be what the browser says it is.
    /// </summary>
    public bool IsAdministration { get; private set; }

    /// <summary>Its account; null when its session has ended, or lacks something that it needs now.</summary>
    public async Task<SignedIn?> Account(CancellationToken cancellation = default) => (await Open(cancellation)).Session?.Account;

    /// <summary>Its account, and where it asks from; null likewise.</summary>
    public async Task<Caller?> Caller(CancellationToken cancellation = default)
    {
        var (session, user) = await Open(cancellation);
        return session is null ? null : Caller(session, user);
    }

    /// <summary>
    /// The administrator whose circuit it is; null when he is none (any more), comes from where none may work, or has no open session.
    /// </summary>
    public async Task<Caller?> Administrator(CancellationToken cancellation = default)
    {
        IsAdministration = true;
        var (session, user) = await Open(cancellation);
        return session is { IsAdmin: true } && networks.Admit(ClientClaim.Read(user)) ? Caller(session, user) : null;
    }

    private static Caller Caller(OpenedSession session, ClaimsPrincipal user) =>
        new(ClientAddress.Of(ClientClaim.Read(user)).Name, session.Account);

    private async Task<(OpenedSession? Session, ClaimsPrincipal User)> Open(CancellationToken cancellation)
    {
        var user = (await state.GetAuthenticationStateAsync()).User;
        return (await sessions.Of(user, cancellation) is { LacksFactor: false } session ? session : null, user);
    }
}
