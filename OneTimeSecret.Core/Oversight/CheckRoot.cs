using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Oversight;

/// <summary>Says how many boxes the root that seals now has sealed, and whether it must be replaced.</summary>
public sealed class CheckRoot(IDbContextFactory<OtsDbContext> contexts, KeyRing ring)
{
    /// <summary>Reads the count of the root.</summary>
    /// <exception cref="KeyRingException">The key ring is missing, damaged or was replaced by another.</exception>
    public async Task<RootUse> Run(CancellationToken cancellation)
    {
        var root = ring.CurrentRoot;
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return new RootUse(
            KeyRingFile.Name(root),
            await db.KeyChecks.Where(check => check.RootId == root).Select(check => check.Seals).SingleOrDefaultAsync(cancellation));
    }
}

/// <summary>How much a root was used.</summary>
/// <param name="Root">The root's id, as <c>keys list</c> shows it.</param>
/// <param name="Seals">How many boxes it has sealed at most.</param>
public sealed record RootUse(string Root, long Seals)
{
    /// <summary>Whether it must be replaced: <c>keys rotate</c>.</summary>
    public bool IsDue => Seals >= SealCounter.Due;
}
