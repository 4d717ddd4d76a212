using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OneTimeSecret.Core.Storage;

/// <summary>The model on SQLite.</summary>
public sealed class SqliteOtsDbContext(DbContextOptions<SqliteOtsDbContext> options) : OtsDbContext(options)
{
    private const int ConstraintViolated = 19; // SQLITE_CONSTRAINT

    /// <inheritdoc/>
    public override bool IsEngineFault(Exception fault) =>
        (fault as SqliteException ?? fault.InnerException as SqliteException) is { SqliteErrorCode: not ConstraintViolated };

    /// <summary>SQLite can neither compare nor sort DateTimeOffset: times are unix milliseconds.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
