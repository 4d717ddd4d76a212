using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Registers the services of API tokens.</summary>
internal static class Setup
{
    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<AddToken>();
        services.AddSingleton<ListTokens>();
        services.AddSingleton<RevokeToken>();
        services.AddSingleton<VerifyToken>();
    }
}
