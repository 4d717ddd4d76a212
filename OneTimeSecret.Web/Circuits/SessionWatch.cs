using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Circuits;

/// <summary>Takes no message of a circuit whose session has ended: nothing in it runs, and its page leads to signing in.</summary>
internal sealed class SessionWatch(CircuitSession session, NavigationManager navigation) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) => async context =>
        {
            if (await session.Account() is not null)
                await next(context);
            else
                navigation.NavigateTo(SessionCookie.SignInPath, forceLoad: true);
        };
}
