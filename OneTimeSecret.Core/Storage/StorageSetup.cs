using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Storage;

/// <summary>Composes storage. The only place that chooses an engine.</summary>
internal static class StorageSetup
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<DataFolder>();
        services.AddSingleton<SqlitePool>();
        services.AddPooledDbContextFactory<SqliteOtsDbContext>((provider, options) =>
        {
            options.UseSqlite(provider.GetRequiredService<SqlitePool>().ConnectionString);
            options.AddInterceptors(new SqliteConnectionSettings());
        });
        services.AddSingleton<IDbContextFactory<OtsDbContext>, Contexts<SqliteOtsDbContext>>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<OtsDbContext>>().CreateDbContext());

        services.AddSingleton<WriteQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
        services.AddSingleton<OpenDatabase>();
    }

    /// <summary>A database in memory for the migrations alone: the model, which the composition completes, is not asked.</summary>
    public static SqliteOtsDbContext Empty() => new(new DbContextOptionsBuilder<SqliteOtsDbContext>()
        .UseSqlite("Data Source=:memory:").ConfigureWarnings(to => to.Ignore(RelationalEventId.PendingModelChangesWarning)).Options);

    /// <summary>The engine's factory as one of the abstract context, since the interface is not covariant.</summary>
    private sealed class Contexts<T>(IDbContextFactory<T> factory) : IDbContextFactory<OtsDbContext>
        where T : OtsDbContext
    {
        public OtsDbContext CreateDbContext()
        {
            var db = factory.CreateDbContext();
            db.Forget();
            return db;
        }
    }
}
