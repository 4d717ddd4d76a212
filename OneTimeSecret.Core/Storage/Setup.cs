using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Storage.Sqlite;

namespace OneTimeSecret.Core.Storage;

/// <summary>Registers storage. This is the only place that chooses a database engine.</summary>
internal static class Setup
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<DataFolder>();
        services.AddSingleton<ServerLock>();
        services.AddSqlite();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<OtsDbContext>>().CreateDbContext());
        services.AddSingleton<Leftovers>();
        services.AddSingleton<SealCounter>();
        services.AddSingleton<StorageRoom>();
        services.AddSingleton<DatabaseCopy>();
        services.AddSingleton<WriteBatch>();
        services.AddSingleton<WriteTransaction>();
        services.AddSingleton<WriteQueue>();
        services.AddHostedService<RoomWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
    }
}
