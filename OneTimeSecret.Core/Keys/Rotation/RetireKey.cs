using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>Takes an old root out of the key ring, once no row names it.</summary>
public sealed class RetireKey(
    DataFolder folder, WriteTransaction write, SealedRows rows, TimeProvider time)
{
    /// <summary>A box sealed just before the ring changed may still be on its way into the database, where no count sees it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>Retires <paramref name="root"/>.</summary>
    /// <exception cref="KeyRingException">The root is unknown, seals, is named by rows, or the ring changed a moment ago.</exception>
    public async Task Run(uint root, CancellationToken cancellation)
    {
        folder.KeyRing.EnsureRemovable(root);
        if (time.GetUtcNow().UtcDateTime - folder.KeyRing.LastWrite < Rest)
            throw new KeyRingException("The key ring changed less than a minute ago; boxes sealed before may be on their way. Try again.");
        if (await rows.CountNaming(root, cancellation) is var naming and > 0)
            throw new KeyRingException($"{naming} rows were sealed with root {KeyRingFile.Name(root)}; run `keys reseal` first.");
        // The check goes first: a crash in between leaves a root too many, which a repeat removes, and not one too few.
        await write.Run(
            db =>
            {
                db.Note(Act.OfOperator(AuditKind.KeyRetired) with { Subject = KeyRingFile.Name(root) });
                return db.KeyChecks.Where(check => check.RootId == root).ExecuteDeleteAsync();
            },
            cancellation);
        folder.KeyRing.RemoveRoot(root);
    }
}
