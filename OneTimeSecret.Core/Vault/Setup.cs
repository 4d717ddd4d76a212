using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Keys.Rotation;

namespace OneTimeSecret.Core.Vault;

/// <summary>Registers the sealed columns of secrets and receipts.</summary>
internal static class Setup
{
    public static void AddVault(this IServiceCollection services)
    {
        services.AddSealed(new SealedColumn("Secrets", "Box", db => db.Secrets.Select(s => s.Box))
        {
            Rotation = new(
                db => db.Secrets
                    .Join(db.Receipts, s => s.ReceiptId, r => r.Id, (s, r) => new { Secret = s, MakerId = r.Adopted ? null : r.OwnerId })
                    .Select(x => new SealedColumn.Row(
                        new SecretBox.SecretPlace(x.Secret.Id, x.Secret.ReceiptId, x.MakerId, x.Secret.Expires).Outer, x.Secret.Box)),
                (db, id, old, box) => db.Secrets.Where(s => s.Id == id && s.Box == old)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.Box, box))),
        });
        // No rotation: sealed under the metadata key, which the server does not have.
        services.AddSealed(new SealedColumn("Receipts", "SealedSecretKey", db => db.Receipts.Select(r => r.SealedSecretKey)));
        services.AddSealed(new SealedColumn("Receipts", "SealedMetadataKey", db => db.Receipts.Select(r => r.SealedMetadataKey))
        {
            Rotation = new(
                db => db.Receipts.Where(r => r.SealedMetadataKey != null)
                    .Select(r => new SealedColumn.Row(r.MetadataKeyPlace, r.SealedMetadataKey!)),
                (db, id, old, box) => db.Receipts.Where(r => r.Id == id && r.SealedMetadataKey == old)
                    .ExecuteUpdateAsync(set => set.SetProperty(r => r.SealedMetadataKey, box))),
        });
    }
}
