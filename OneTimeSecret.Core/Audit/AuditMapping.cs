using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>The tables of the audit trail.</summary>
internal sealed class AuditMapping :
    IEntityTypeConfiguration<AuditEvent>, IEntityTypeConfiguration<AuditAnchor>
{
    public void Configure(EntityTypeBuilder<AuditEvent> audit)
    {
        audit.ToTable("AuditEvents");
        audit.HasKey(e => e.Sequence);
        audit.Property(e => e.Sequence).ValueGeneratedNever();
        audit.HasIndex(e => e.Time);
        audit.HasIndex(e => new { e.Kind, e.Sequence });
        // Leaves out creations: short ids are random, so each create would write to a random page of this index (docs/adr/0010).
        audit.HasIndex(e => new { e.Subject, e.Sequence })
            .HasFilter($"\"Subject\" IS NOT NULL AND \"Kind\" <> {(int)AuditKind.SecretCreated}");
        audit.HasIndex(e => new { e.AccountId, e.Sequence }).HasFilter("\"AccountId\" IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<AuditAnchor> anchor)
    {
        anchor.ToTable("AuditAnchors");
        anchor.HasKey(a => a.Sequence);
        anchor.Property(a => a.Sequence).ValueGeneratedNever();
    }
}

/// <summary>The tables of the audit trail.</summary>
public static class AuditTables
{
    extension(OtsDbContext db)
    {
        /// <summary>The audit trail.</summary>
        public DbSet<AuditEvent> AuditEvents => db.Set<AuditEvent>();

        /// <summary>The point from which a trimmed audit trail continues.</summary>
        public DbSet<AuditAnchor> AuditAnchors => db.Set<AuditAnchor>();
    }
}
