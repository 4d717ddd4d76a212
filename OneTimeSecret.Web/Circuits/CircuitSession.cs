using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Administration;

namespace OneTimeSecret.Web.Circuits;

/// <summary>The account of a circuit. Each call verifies the session anew, because it may have ended since the circuit began.</summary>
internal sealed class CircuitSession(AuthenticationStateProvider state, VerifySession sessions, AdminNetworks networks)
{
    /// <summary>
    /// Whether a component of this circuit has asked for an administrator. If so, <see cref="SessionWatch"/> drops all messages once the
    /// user is no administrator any more. The page's address cannot decide this, because the browser reports it.
    /// </summary>
    public bool IsAdministration { get; private set; }

    /// <summary>The circuit's account. Null if its session has ended or lacks a required second factor.</summary>
    public async Task<SignedIn?> Account(CancellationToken cancellation = default) => (await Open(cancellation)).Session?.Account;

    /// <summary>The circuit's account and client address. Null in the same cases.</summary>
    public async Task<Caller?> Caller(CancellationToken cancellation = default)
    {
        var (session, user) = await Open(cancellation);
        return session is null ? null : Caller(session, user);
    }

    /// <summary>
    /// The administrator who uses the circuit. Null without an open session, if the user is no administrator, or if <c>Admin:Networks</c>
    /// does not contain the client's address.
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
