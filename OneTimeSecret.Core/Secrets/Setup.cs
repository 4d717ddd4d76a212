using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Registers the verbs of secrets.</summary>
internal static class Setup
{
    public static void AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PassphraseOptions>>().Value;
            return new HashingGate(
                options.EffectiveConcurrency, options.EffectiveConcurrency, options.QueueLength, options.QueuePerClient,
                options.QueuePerNetwork);
        });

        services.AddSingleton<FindSecret>();
        services.AddSingleton<RecordLook>();
        services.AddSingleton<DraftRules>();
        services.AddSingleton<StorageBudget>();
        services.AddSingleton<SecretSeals>();
        services.AddSingleton<ConcealSecret>();
        services.AddSingleton<GenerateSecret>();
        services.AddSingleton<PassphraseTries>();
        services.AddSingleton<PassphraseCheck>();
        services.AddSingleton<ClaimSecret>();
        services.AddSingleton<RepeatReveal>();
        services.AddSingleton<RevealSecret>();
        services.AddSingleton<BurnSecret>();
        services.AddSingleton<DestroySecret>();
        services.AddSingleton<LiftLock>();
        services.AddSingleton<PurgeExpired>();
        services.AddSingleton<WarnOfExpiry>();
    }
}
