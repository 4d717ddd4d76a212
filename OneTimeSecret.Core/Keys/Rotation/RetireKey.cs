using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>Removes an old root from the key ring if no row names it any more.</summary>
public sealed class RetireKey(
    DataFolder folder, WriteTransaction write, SealedRows rows, SystemClock clock)
{
    /// <summary>The wait after a change of the ring. A box sealed just before it may not be stored yet, so no count sees it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>Retires <paramref name="root"/>.</summary>
    /// <exception cref="KeyRingException">The root is unknown, seals or is named by rows, or the ring changed a moment ago.</exception>
    public async Task Run(uint root, CancellationToken cancellation)
    {
        folder.KeyRing.EnsureRemovable(root);
        if (clock.GetUtcNow().UtcDateTime - folder.KeyRing.LastWrite < Rest)
            throw new KeyRingException("The key ring changed less than a minute ago, and pending writes may name this root. Try again.");
        if (await rows.CountNaming(root, cancellation) is var naming and > 0)
            throw new KeyRingException($"{naming} rows were sealed with root {KeyRingFile.Name(root)}; run `keys reseal` first.");
        // The check is deleted first. A crash in between leaves an unused root, which the next run removes, and never a missing one.
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
