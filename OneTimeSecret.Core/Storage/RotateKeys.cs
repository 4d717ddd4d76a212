using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Adds a root to the key ring, which seals from then on, and moves every row to it. No link and no passphrase is needed: only the
/// outer boxes are sealed anew. Works beside a running server, which notices the new ring before it seals the next box.
/// </summary>
public sealed class RotateKeys(KeyRing ring, DataFolder folder, IDbContextFactory<OtsDbContext> contexts, SealedRows rows)
{
    /// <summary>Adds a root and moves every row to it.</summary>
    /// <returns>The new root's id and how many rows were moved.</returns>
    public async Task<(uint Root, int Moved)> Run(Action<int> progress, CancellationToken cancellation)
    {
        var root = folder.KeyRing.AddRoot();
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
        {
            db.KeyChecks.Add(OpenDatabase.NewCheck(ring));
            await db.SaveChangesAsync(cancellation);
        }
        return (root, await Reseal(progress, cancellation));
    }

    /// <summary>Moves the rows that older roots sealed: all that a rotation still has to do when it was cut off.</summary>
    public async Task<int> Reseal(Action<int> progress, CancellationToken cancellation)
    {
        var total = 0;
        int moved;
        // A server may have sealed with the old root just before it saw the new ring: done is when a pass finds nothing.
        do
            total += moved = await rows.Reseal(n => progress(total + n), cancellation);
        while (moved > 0);
        return total;
    }
}
