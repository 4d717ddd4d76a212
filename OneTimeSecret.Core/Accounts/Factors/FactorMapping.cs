using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Maps the table of recovery codes, and the sealed column of accounts.</summary>
internal sealed class FactorMapping : IEntityTypeConfiguration<RecoveryCode>, IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("RecoveryCodes");
        code.HasKey(c => c.Hash);
        code.HasIndex(c => c.AccountId);
        code.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Account> account) => account.Property(a => a.TotpKey).IsSealed();
}

/// <summary>The table of recovery codes.</summary>
public static class FactorTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The unused recovery codes, as keyed hashes.</summary>
        public DbSet<RecoveryCode> RecoveryCodes => db.Set<RecoveryCode>();
    }
}
