using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// Adds a root to the key ring and reseals every row with it. The new root seals from then on. This works beside a running server, which
/// notices the new ring before it seals the next box.
/// </summary>
public sealed class RotateKeys(KeyRing ring, DataFolder folder, WriteTransaction write, ResealKeys reseal)
{
    /// <summary>Adds a root and reseals every row with it.</summary>
    /// <returns>The new root's id and how many rows were resealed.</returns>
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
