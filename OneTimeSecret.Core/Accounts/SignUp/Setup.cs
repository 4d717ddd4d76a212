using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>Registers the services of sign-up.</summary>
internal static class Setup
{
    public static void AddSignUp(this IServiceCollection services)
    {
        services.AddSingleton<HasAccounts>();
        services.AddScoped<RegisterAccount>();
        services.AddScoped<InviteAccount>();
    }
}
