using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// Adds a root to the key ring, which seals from then on, and moves every row to it. Works beside a running server, which notices
/// the new ring before it seals the next box.
/// </summary>
public sealed class RotateKeys(KeyRing ring, DataFolder folder, WriteTransaction write, ResealKeys reseal)
{
    /// <summary>Adds a root and moves every row to it.</summary>
    /// <returns>The new root's id and how many rows were moved.</returns>
    public async Task<(uint Root, int Moved)> Run(Action<int> progress, CancellationToken cancellation)
    {
        var root = folder.KeyRing.AddRoot();
        await write.Run(
            db =>
            {
                db.KeyChecks.Add(KeyCheck.Of(ring));
                db.Note(Act.OfOperator(AuditKind.KeyRotated) with { Subject = KeyRingFile.Name(root) });
                return Task.FromResult(root);
            },
            cancellation);
        return (root, await reseal.Run(progress, cancellation));
    }
}
