using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Oversight;

/// <summary>Composes what administrators look over.</summary>
internal static class Setup
{
    public static void AddOversight(this IServiceCollection services)
    {
        services.AddSingleton<BrowseAudit>();
        services.AddSingleton<ExportAudit>();
        services.AddSingleton<ReadOverview>();
    }
}
