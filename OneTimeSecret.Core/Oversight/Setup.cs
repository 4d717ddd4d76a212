using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Oversight;

/// <summary>Registers what administrators and their monitors read.</summary>
internal static class Setup
{
    public static void AddOversight(this IServiceCollection services)
    {
        services.AddSingleton<BrowseAudit>();
        services.AddSingleton<CheckDatabase>();
        services.AddSingleton<CheckRoot>();
        services.AddSingleton<ExportAudit>();
        services.AddSingleton<ReadOverview>();
    }
}
