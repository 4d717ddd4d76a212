using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Storage.Sqlite;

namespace OneTimeSecret.Core.Storage;

/// <summary>Composes storage. The only place that chooses an engine.</summary>
internal static class Setup
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<DataFolder>();
        services.AddSqlite();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<OtsDbContext>>().CreateDbContext());
        services.AddSingleton<Leftovers>();
        services.AddSingleton<WriteTransaction>();
        services.AddSingleton<WriteQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
    }
}
