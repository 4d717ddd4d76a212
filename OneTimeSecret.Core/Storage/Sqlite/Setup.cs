using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
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
            options.AddInterceptors(new SqliteConnectionSettings(), new WriteGuard());
        });
        services.AddSingleton<IDbContextFactory<OtsDbContext>, Contexts>();
    }

    /// <summary>A database in memory for the migrations alone: the model, which the composition completes, is not asked.</summary>
    public static SqliteOtsDbContext Empty() => new(new DbContextOptionsBuilder<SqliteOtsDbContext>()
        .UseSqlite("Data Source=:memory:").ConfigureWarnings(to => to.Ignore(RelationalEventId.PendingModelChangesWarning)).Options);

    /// <summary>The factory as one of the abstract context, since the interface is not covariant.</summary>
    private sealed class Contexts(IDbContextFactory<SqliteOtsDbContext> factory) : IDbContextFactory<OtsDbContext>
    {
        public OtsDbContext CreateDbContext()
        {
            var db = factory.CreateDbContext();
            db.Write = null; // contexts come from a pool
            return db;
        }
    }
}
