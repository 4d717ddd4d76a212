using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Storage;

/// <summary>The model on SQLite.</summary>
public sealed class SqliteOtsDbContext(DbContextOptions<SqliteOtsDbContext> options) : OtsDbContext(options)
{
    /// <summary>SQLite keeps any value in any column; and an id is read in any spelling.</summary>
    internal override IQueryable<AuditEvent> MisfitAuditEvents => AuditEvents.FromSql(
        $"""
        SELECT * FROM "AuditEvents" WHERE
            typeof("Time") <> 'integer' OR typeof("Kind") <> 'integer' OR typeof("Actor") <> 'integer' OR
            typeof("Result") <> 'integer' OR typeof("Count") <> 'integer' OR typeof("Mac") <> 'blob' OR
            typeof("Client") NOT IN ('text', 'null') OR typeof("Subject") NOT IN ('text', 'null') OR
            typeof("Detail") NOT IN ('text', 'null') OR typeof("AccountId") NOT IN ('text', 'null') OR
            length("AccountId") <> 36 OR "AccountId" <> upper("AccountId")
        """);

    /// <summary>SQLite can neither compare nor sort DateTimeOffset: times are unix milliseconds.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
