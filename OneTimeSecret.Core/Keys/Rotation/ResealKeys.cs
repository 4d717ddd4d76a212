namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// Reseals the rows of older roots with the current root. This is the second half of a rotation, and completes a rotation that was
/// interrupted. It needs no links and no passphrases, because only the server's own boxes are sealed again.
/// </summary>
public sealed class ResealKeys(SealedRows rows)
{
    /// <summary>Reseals every row. <paramref name="progress"/> gets the number of rows so far.</summary>
    /// <returns>How many rows were resealed.</returns>
    public async Task<int> Run(Action<int> progress, CancellationToken cancellation)
    {
        var total = 0;
        int moved;
        // A server may still seal with the old root just before it notices the new ring, so this repeats until a pass finds nothing.
        do
            total += moved = await rows.Reseal(n => progress(total + n), cancellation);
        while (moved > 0);
        return total;
    }
}
