using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Registers the services of sign-in and passwords.</summary>
internal static class Setup
{
    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<CheckPassword>();
        services.AddSingleton<ReplacePassword>();
        services.AddScoped<PostPasswordLink>();
        services.AddScoped<ForgetPassword>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<SetPassword>();
        services.AddScoped<LinkAccount>();
    }
}
