using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>Registers storage in a SQLite file.</summary>
internal static class Setup
{
    public static void AddSqlite(this IServiceCollection services)
    {
        services.AddSingleton<SqlitePool>();
        services.AddPooledDbContextFactory<SqliteOtsDbContext>((provider, options) =>
        {
            options.UseSqlite(provider.GetRequiredService<SqlitePool>().ConnectionString);
            options.AddInterceptors(new SqliteConnectionSettings(), new WriteGuard());
        });
        services.AddSingleton<IDbContextFactory<OtsDbContext>, Contexts>();
    }

    /// <summary>An in-memory database, only for migrations. Its model lacks options of the program, so the warning is ignored.</summary>
    public static SqliteOtsDbContext Empty() => new(new DbContextOptionsBuilder<SqliteOtsDbContext>()
        .UseSqlite("Data Source=:memory:").ConfigureWarnings(to => to.Ignore(RelationalEventId.PendingModelChangesWarning)).Options);

    /// <summary>Adapts the factory to the abstract context, because the interface is not covariant.</summary>
    private sealed class Contexts(IDbContextFactory<SqliteOtsDbContext> factory) : IDbContextFactory<OtsDbContext>
    {
        public OtsDbContext CreateDbContext()
        {
            var db = factory.CreateDbContext();
            db.Write = null; // the pool reuses contexts
            return db;
        }
    }
}
