using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys;

/// <summary>
/// Adds a root to the key ring, which seals from then on, and moves every row to it. Works beside a running server, which notices
/// the new ring before it seals the next box.
/// </summary>
public sealed class RotateKeys(KeyRing ring, DataFolder folder, IDbContextFactory<OtsDbContext> contexts, ResealKeys reseal)
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
        return (root, await reseal.Run(progress, cancellation));
    }
}
