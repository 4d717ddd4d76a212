using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>The table of tries to sign in; accounts themselves are mapped by Identity.</summary>
internal sealed class AccountMapping : IEntityTypeConfiguration<SignInTry>
{
    public void Configure(EntityTypeBuilder<SignInTry> tries)
    {
        tries.ToTable("SignInTries");
        tries.HasKey(t => t.Who);
        tries.HasIndex(t => t.Until);
    }
}

/// <summary>The table of tries to sign in; accounts themselves are mapped by Identity.</summary>
public static class AccountTables
{
    extension(OtsDbContext db)
    {
        /// <summary>Attempts to sign in.</summary>
        public DbSet<SignInTry> SignInTries => db.Set<SignInTry>();
    }
}
