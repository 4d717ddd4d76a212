using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Web.Accounts;

/// <summary>Registers the services of sign-in and sessions.</summary>
internal static class SignInSetup
{
    public static void AddSignIn(this IServiceCollection services)
    {
        new IdentityBuilder(typeof(Account), services)
            .AddDefaultTokenProviders().AddTokenProvider<InvitationTokens>(LinkAccount.InvitationProvider).AddSignInManager();
        services.Configure<DataProtectionTokenProviderOptions>(tokens => tokens.TokenLifespan = AccountLinks.Lifetime);
        services.AddSessionCookie();
        services.AddOpenForms();
        services.AddPasskeys();
        services.AddSingleton<DeviceCookie>();
        services.AddSingleton<SignInSteps>();
        services.AddSingleton<PassingText>();
        services.AddSingleton<PendingTotp>();
    }
}
