using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Composes second factors.</summary>
internal static class Setup
{
    public static void AddFactors(this IServiceCollection services)
    {
        services.AddSingleton<CheckCode>();
        services.AddSingleton<SignInFactors>();
        services.AddSingleton<AddTotp>();
        services.AddSingleton<RemoveFactor>();
        services.AddSingleton<RemoveTotp>();
        services.AddSingleton<MakeRecoveryCodes>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<AddPasskey>();
        services.AddSingleton<UsePasskey>();
        services.AddSingleton<RemovePasskey>();
        services.AddSingleton<TakeChallenge>();
        services.AddSingleton<DemandFactor>();
    }
}
