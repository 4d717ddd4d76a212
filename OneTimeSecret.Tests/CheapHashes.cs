using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests;

/// <summary>
/// Makes hashing cheap, because at full cost it takes a large part of a test run. <see cref="CheapHashesTests"/> checks the costs of
/// the program as it ships. A test that needs slow hashes sets <c>Passphrases:BcryptCost</c>.
/// </summary>
internal static class CheapHashes
{
    public static void AddCheapHashes(this IServiceCollection services, string[] settings)
    {
        services.Configure<PasswordHasherOptions>(passwords => passwords.IterationCount = 1);
        if (settings.Any(setting => setting.StartsWith("--Passphrases:BcryptCost", StringComparison.Ordinal)))
            return;
        var passphrases = services.Select(service => service.ImplementationInstance).OfType<IOptions<PassphraseOptions>>().Single().Value;
        (passphrases.BcryptCost, passphrases.StretchIterations) = (4, 1);
    }
}
