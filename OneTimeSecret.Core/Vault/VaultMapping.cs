using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Vault;

/// <summary>The tables of secrets and their receipts.</summary>
internal sealed class VaultMapping :
    IEntityTypeConfiguration<StoredSecret>, IEntityTypeConfiguration<StoredReceipt>, IEntityTypeConfiguration<PassphraseTry>
{
    public void Configure(EntityTypeBuilder<StoredSecret> secret)
    {
        secret.ToTable("Secrets");
        secret.HasIndex(s => s.ReceiptId).IsUnique();
        secret.HasIndex(s => s.Expires);
        secret.Property(s => s.Box).IsSealed();
    }

    public void Configure(EntityTypeBuilder<StoredReceipt> receipt)
    {
        receipt.ToTable("Receipts");
        // For an account's lists, in every order and with every filter. Anonymous receipts are not indexed and cost nothing here.
        foreach (var owned in new[]
        {
            receipt.HasIndex(r => new { r.OwnerId, r.Created, r.Id }),
            receipt.HasIndex(r => new { r.OwnerId, r.SecretExpires, r.Id }),
            receipt.HasIndex(r => new { r.OwnerId, r.State, r.Created, r.Id }),
            receipt.HasIndex(r => new { r.OwnerId, r.State, r.SecretExpires, r.Id }),
        })
            owned.HasFilter("\"OwnerId\" IS NOT NULL");
        receipt.HasIndex(r => new { r.OwnerId, r.RecipientHash, r.Created, r.Id }).HasFilter("\"RecipientHash\" IS NOT NULL");
        receipt.HasIndex(r => new { r.OwnerId, r.RecipientHash, r.SecretExpires, r.Id }).HasFilter("\"RecipientHash\" IS NOT NULL");
        receipt.HasIndex(r => new { r.Created, r.Id });
        receipt.HasIndex(r => r.Expires);
        receipt.HasIndex(r => new { r.RecipientHash, r.Created, r.Id }).HasFilter("\"RecipientHash\" IS NOT NULL");
        receipt.HasIndex(r => r.WarnAt);
        receipt.HasOne<Account>().WithMany().HasForeignKey(r => r.OwnerId).OnDelete(DeleteBehavior.Restrict);
        receipt.PrimitiveCollection(r => r.Recipients);
        receipt.Property(r => r.SealedSecretKey).IsSealed();
        receipt.Property(r => r.SealedMetadataKey).IsSealed();
    }

    public void Configure(EntityTypeBuilder<PassphraseTry> tries)
    {
        tries.ToTable("Tries");
        tries.HasKey(t => new { t.SecretId, t.Client, t.Use });
        tries.HasOne<StoredSecret>().WithMany().HasForeignKey(t => t.SecretId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The tables of secrets and their receipts.</summary>
public static class VaultTables
{
    extension(OtsDbContext db)
    {
        /// <summary>Unread secrets.</summary>
        public DbSet<StoredSecret> Secrets => db.Set<StoredSecret>();

        /// <summary>Receipts, of unread and of past secrets.</summary>
        public DbSet<StoredReceipt> Receipts => db.Set<StoredReceipt>();

        /// <summary>Counters of wrong passphrases, by client.</summary>
        public DbSet<PassphraseTry> Tries => db.Set<PassphraseTry>();
    }
}
