using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Registers the services with which administrators manage accounts.</summary>
internal static class Setup
{
    public static void AddAccountAdministration(this IServiceCollection services)
    {
        services.AddSingleton<CheckAddresses>();
        services.AddScoped<AddAccount>();
        services.AddScoped<GrantAdmin>();
        services.AddSingleton<RevokeAdmin>();
        services.AddSingleton<ListAdmins>();
        services.AddSingleton<ListAccounts>();
        services.AddSingleton<BrowseAccounts>();
        services.AddSingleton<LookAtAccount>();
        services.AddSingleton<SuspendAccount>();
        services.AddSingleton<ResumeAccount>();
        services.AddSingleton<LimitAccount>();
        services.AddSingleton<ResetFactors>();
    }
}
