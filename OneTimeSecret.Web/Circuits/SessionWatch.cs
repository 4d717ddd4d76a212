using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Takes no message of a circuit whose session has ended: nothing in it runs, and its page leads to signing in. The same of an
/// administrator's circuit when he is none any more: its page is asked for anew, and does not exist.
/// </summary>
internal sealed class SessionWatch(CircuitSession session, NavigationManager navigation) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) => async context =>
        {
            if (await session.Account() is null)
                navigation.NavigateTo(AccountPaths.SignIn, forceLoad: true);
            else if (session.IsAdministration && await session.Administrator() is null)
                navigation.Refresh(forceReload: true);
            else
                await next(context);
        };
}
