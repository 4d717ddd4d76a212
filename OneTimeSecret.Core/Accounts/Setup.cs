using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Registers the services that all parts of accounts share.</summary>
internal static class Setup
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<PasswordHashes>();
        services.AddSingleton<SignInTries>();
        services.AddSingleton<MailedLinks>();
        services.AddSingleton<AddressRules>();
        services.AddSingleton<PostNotice>();
        services.AddSingleton<UnseenWork>();
        services.AddSingleton<KeyedPasswordHasher>();
        services.AddSingleton<IPasswordHasher<Account>>(provider => provider.GetRequiredService<KeyedPasswordHasher>());
    }
}
