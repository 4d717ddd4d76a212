using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Retries;

/// <summary>The table of kept answers.</summary>
internal sealed class RetryMapping : IEntityTypeConfiguration<KeptAnswer>
{
    public void Configure(EntityTypeBuilder<KeptAnswer> answer)
    {
        answer.ToTable("KeptAnswers");
        answer.HasIndex(a => a.SecretId).IsUnique(); // a secret is revealed once
        answer.HasIndex(a => a.Until);
        answer.HasOne<StoredReceipt>().WithMany().HasForeignKey(a => a.ReceiptId).OnDelete(DeleteBehavior.Cascade);
        answer.Property(a => a.Box).IsSealed();
    }
}

/// <summary>The table of kept answers.</summary>
public static class RetryTables
{
    extension(OtsDbContext db)
    {
        /// <summary>Answers to reveals, kept for a repeated request of the same asker.</summary>
        public DbSet<KeptAnswer> KeptAnswers => db.Set<KeptAnswer>();
    }
}
