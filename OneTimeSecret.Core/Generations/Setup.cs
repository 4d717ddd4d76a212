using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Generations;

/// <summary>Registers the generation of the database.</summary>
internal static class Setup
{
    public static void AddGenerations(this IServiceCollection services)
    {
        services.AddSingleton<GenerationFile>();
        services.AddSingleton<GenerationCount>();
        services.AddHostedService<GenerationWatch>();
    }
}
