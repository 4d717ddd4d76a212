using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OneTimeSecret.Core.Storage;

/// <summary>The model on SQLite.</summary>
public sealed class SqliteOtsDbContext(DbContextOptions<SqliteOtsDbContext> options) : OtsDbContext(options)
{
    /// <summary>SQLite can neither compare nor sort DateTimeOffset: times are unix milliseconds.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
