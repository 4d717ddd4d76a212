using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>The tables of data protection keys and key checks.</summary>
internal sealed class KeyMapping :
    IEntityTypeConfiguration<DataProtectionKey>, IEntityTypeConfiguration<KeyCheck>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> key)
    {
        key.ToTable("DataProtectionKeys");
        key.Property(k => k.Box).IsSealed();
    }

    public void Configure(EntityTypeBuilder<KeyCheck> check)
    {
        check.ToTable("KeyChecks");
        check.HasKey(c => c.RootId);
        check.Property(c => c.RootId).ValueGeneratedNever();
        check.Property(c => c.Box).IsSealed();
    }
}

/// <summary>The tables of data protection keys and key checks.</summary>
public static class KeyTables
{
    extension(OtsDbContext db)
    {
        /// <summary>Keys that protect cookies and form tokens.</summary>
        public DbSet<DataProtectionKey> DataProtectionKeys => db.Set<DataProtectionKey>();

        /// <summary>Proofs that the key ring belongs to the database.</summary>
        public DbSet<KeyCheck> KeyChecks => db.Set<KeyCheck>();
    }
}
