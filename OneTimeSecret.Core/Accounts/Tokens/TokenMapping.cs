using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Maps the table of API tokens.</summary>
internal sealed class TokenMapping : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> token)
    {
        token.ToTable("ApiTokens");
        token.HasKey(t => t.Hash);
        token.HasIndex(t => new { t.AccountId, t.Name }).IsUnique();
        token.HasOne<Account>().WithMany().HasForeignKey(t => t.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The table of API tokens.</summary>
public static class TokenTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The API tokens, as keyed hashes.</summary>
        public DbSet<ApiToken> ApiTokens => db.Set<ApiToken>();
    }
}
