namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>
/// Moves the rows that older roots sealed to the sealing one: the second half of a rotation, and all that is left to do when one
/// was cut off. No link and no passphrase is needed, since only the server's own boxes are sealed anew.
/// </summary>
public sealed class ResealKeys(SealedRows rows)
{
    /// <summary>Moves every row; <paramref name="progress"/> is told how many so far.</summary>
    /// <returns>How many rows were moved.</returns>
    public async Task<int> Run(Action<int> progress, CancellationToken cancellation)
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
