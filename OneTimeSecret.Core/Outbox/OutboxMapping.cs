using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Outbox;

/// <summary>The tables of mails.</summary>
internal sealed class OutboxMapping :
    IEntityTypeConfiguration<StoredMail>, IEntityTypeConfiguration<OutboxMail>, IEntityTypeConfiguration<OptOut>
{
    public void Configure(EntityTypeBuilder<StoredMail> mail)
    {
        mail.ToTable("Mails");
        mail.HasIndex(m => new { m.OwnerId, m.Created });
        mail.HasIndex(m => new { m.MailboxHash, m.Created });
        mail.HasIndex(m => m.ReceiptId);
        mail.HasIndex(m => m.Created);
        mail.HasIndex(m => new { m.State, m.Created });
        mail.HasOne<Account>().WithMany().HasForeignKey(m => m.OwnerId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<OutboxMail> mail)
    {
        mail.ToTable("Outbox");
        mail.HasIndex(m => m.NextAttempt);
        mail.HasIndex(m => new { m.Asker, m.NextAttempt });
        mail.Property(m => m.Box).IsSealed();
        mail.HasOne<StoredMail>().WithOne().HasForeignKey<OutboxMail>(m => m.Id).OnDelete(DeleteBehavior.Cascade);
        mail.HasOne<StoredSecret>().WithMany().HasForeignKey(m => m.SecretId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<OptOut> optOut)
    {
        optOut.ToTable("OptOuts");
        optOut.HasKey(o => o.RecipientHash);
        optOut.HasIndex(o => o.Created);
    }
}

/// <summary>The tables of mails.</summary>
public static class OutboxTables
{
    extension(OtsDbContext db)
    {
        /// <summary>All mails: queued, sent and failed.</summary>
        public DbSet<StoredMail> Mails => db.Set<StoredMail>();

        /// <summary>The content of undelivered mails.</summary>
        public DbSet<OutboxMail> Outbox => db.Set<OutboxMail>();

        /// <summary>Addresses whose owners want no mails with links.</summary>
        public DbSet<OptOut> OptOuts => db.Set<OptOut>();
    }
}
