using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Registers the services that all parts of accounts share.</summary>
internal static class Setup
{
    public static void AddAccounts(this IServiceCollection services)
    {
        // OWASP's recommendation for PBKDF2-HMAC-SHA512 since 2023. Identity's own default is 100 000.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 210_000);
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
