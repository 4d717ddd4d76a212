using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace OneTimeSecret.Core.Storage.Sqlite;

/// <summary>Registers storage in a SQLite file.</summary>
internal static class Setup
{
    private static readonly ServiceProvider OnlySchema =
        new ServiceCollection().Configure<IdentityOptions>(OtsDbContext.SetSchema).BuildServiceProvider();

    /// <summary>The model, the same for every server of the process.</summary>
    private static readonly Lazy<IModel> Model = new(() =>
    {
        using var db = Empty();
        return db.Model;
    });

    /// <summary>
    /// Also begins to build the model. That takes a third of a start, and until the first context needs it there is other work for
    /// another core.
    /// </summary>
    public static void AddSqlite(this IServiceCollection services)
    {
        _ = Task.Run(() => Model.Value);
        services.AddSingleton<SqlitePool>();
        services.AddPooledDbContextFactory<SqliteOtsDbContext>((provider, options) =>
        {
            options.UseSqlite(provider.GetRequiredService<SqlitePool>().ConnectionString);
            options.UseModel(Model.Value);
            options.AddInterceptors(new SqliteConnectionSettings(), new WriteGuard());
        });
        services.AddSingleton<IDbContextFactory<OtsDbContext>, Contexts>();
    }

    /// <summary>An in-memory database, for what needs only the model or the migrations.</summary>
    public static SqliteOtsDbContext Empty() => new(new DbContextOptionsBuilder<SqliteOtsDbContext>()
        .UseSqlite("Data Source=:memory:").UseApplicationServiceProvider(OnlySchema).Options);

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
