using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>Composes storage in a SQLite file.</summary>
internal static class Setup
{
    public static void AddSqlite(this IServiceCollection services)
    {
        services.AddSingleton<SqlitePool>();
        services.AddPooledDbContextFactory<SqliteOtsDbContext>((provider, options) =>
        {
            options.UseSqlite(provider.GetRequiredService<SqlitePool>().ConnectionString);
            options.AddInterceptors(new SqliteConnectionSettings());
        });
        services.AddSingleton<IDbContextFactory<OtsDbContext>, Contexts>();
    }

    /// <summary>The factory as one of the abstract context, since the interface is not covariant.</summary>
    private sealed class Contexts(IDbContextFactory<SqliteOtsDbContext> factory) : IDbContextFactory<OtsDbContext>
    {
        public OtsDbContext CreateDbContext()
        {
            var db = factory.CreateDbContext();
            db.Forget();
            return db;
        }
    }
}
