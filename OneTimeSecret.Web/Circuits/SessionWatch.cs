using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Drops all messages of a circuit whose session has ended, so that none of its code runs, and sends the page to the sign-in page. When
/// the user of an administrator's circuit is no administrator any more, it drops messages too and reloads the page, which then gives 404.
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
