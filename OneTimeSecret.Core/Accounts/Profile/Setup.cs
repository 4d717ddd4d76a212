using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>Registers the services with which owners manage their accounts.</summary>
internal static class Setup
{
    public static void AddProfile(this IServiceCollection services)
    {
        services.AddScoped<SendAddressLink>();
        services.AddScoped<ConfirmAddress>();
        services.AddSingleton<PurgeAccounts>();
        services.AddSingleton<DeleteAccount>();
        services.AddSingleton<ChooseMails>();
    }
}
