using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>Maps the table of sessions.</summary>
internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("Sessions");
        session.HasKey(s => s.Hash);
        session.HasIndex(s => s.AccountId);
        session.HasIndex(s => s.Expires);
        session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The table of sessions.</summary>
public static class SessionTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The browsers that are signed in.</summary>
        public DbSet<Session> Sessions => db.Set<Session>();
    }
}
