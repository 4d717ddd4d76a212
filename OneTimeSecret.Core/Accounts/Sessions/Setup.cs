using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>Registers the services of sessions.</summary>
internal static class Setup
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<OpenSession>();
        services.AddSingleton<VerifySession>();
        services.AddSingleton<AccountSessions>();
    }
}
