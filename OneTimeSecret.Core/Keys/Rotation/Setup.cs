using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>Composes the rotation of keys.</summary>
internal static class Setup
{
    public static void AddKeyRotation(this IServiceCollection services)
    {
        services.AddSingleton<SealedRows>();
        services.AddSingleton<RotateKeys>();
        services.AddSingleton<ResealKeys>();
        services.AddSingleton<RetireKey>();
        services.AddSingleton<DataProtectionKeys>();
    }
}
