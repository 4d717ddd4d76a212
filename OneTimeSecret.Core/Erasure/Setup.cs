using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Erasure;

/// <summary>Registers erasure.</summary>
internal static class Setup
{
    public static void AddErasure(this IServiceCollection services)
    {
        services.AddSingleton<EraseDeleted>();
        services.AddSingleton<VerifyErasure>();
    }
}
