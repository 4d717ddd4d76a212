using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Maps the table of counted attempts. Identity maps the accounts themselves.</summary>
internal sealed class AccountMapping : IEntityTypeConfiguration<SignInTry>
{
    public void Configure(EntityTypeBuilder<SignInTry> tries)
    {
        tries.ToTable("SignInTries");
        tries.HasKey(t => t.Who);
        tries.HasIndex(t => t.Until);
    }
}

/// <summary>The table of counted attempts.</summary>
public static class AccountTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The counters of attempts, such as wrong passwords.</summary>
        public DbSet<SignInTry> SignInTries => db.Set<SignInTry>();
    }
}
