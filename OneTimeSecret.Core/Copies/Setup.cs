using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Copies;

/// <summary>Registers what makes, restores and accepts copies of the database.</summary>
internal static class Setup
{
    public static void AddCopies(this IServiceCollection services)
    {
        services.AddSingleton<BackUp>();
        services.AddSingleton<RestoreBackup>();
        services.AddSingleton<AcceptRestore>();
        services.AddHostedService<BackupWatch>();
    }
}
