using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Storage;

/// <summary>Composes storage. The only place that chooses an engine.</summary>
internal static class StorageSetup
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<DataFolder>();
        services.AddPooledDbContextFactory<SqliteOtsDbContext>((provider, options) =>
        {
            options.UseSqlite(Sqlite(provider));
            options.AddInterceptors(new SqliteConnectionSettings());
        });
        services.AddSingleton<IDbContextFactory<OtsDbContext>, Contexts<SqliteOtsDbContext>>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<OtsDbContext>>().CreateDbContext());

        services.AddSingleton<WriteQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<WriteQueue>());
        services.AddSingleton<OpenDatabase>();
        services.AddSingleton<Leftovers>();
        services.AddSingleton<EraseDeleted>();
        services.AddSingleton<VerifyErasure>();
    }

    /// <summary>A database in memory for the migrations alone: the model, which the composition completes, is not asked.</summary>
    public static SqliteOtsDbContext Empty() => new(new DbContextOptionsBuilder<SqliteOtsDbContext>()
        .UseSqlite("Data Source=:memory:").ConfigureWarnings(to => to.Ignore(RelationalEventId.PendingModelChangesWarning)).Options);

    private static string Sqlite(IServiceProvider provider) => new SqliteConnectionStringBuilder
    {
        DataSource = provider.GetRequiredService<DataFolder>().Database,
        // The file is made beforehand with its mode; a database that vanished must not come back empty.
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = provider.GetRequiredService<IOptions<StorageOptions>>().Value.BusySeconds,
    }.ToString();

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
