using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Statistics;

namespace OneTimeSecret.Core.Vault;

/// <summary>An unread secret. Destroying a secret is deleting its row.</summary>
public sealed class StoredSecret
{
    /// <summary>Lookup hash of the secret key, 32 bytes.</summary>
    public required byte[] Id { get; init; }

    /// <summary>Lookup hash of the metadata key: the receipt, which outlives this row.</summary>
    public required byte[] ReceiptId { get; init; }

    /// <summary>The outer box (docs/crypto-format.md).</summary>
    public required byte[] Box { get; set; }

    /// <summary>From this instant on the secret does not exist, whether or not it was purged. Part of the box's associated data.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>What the counts lose when <paramref name="secrets"/> go.</summary>
    internal static async Task<Tally> Loss(IQueryable<StoredSecret> secrets) =>
        await secrets.GroupBy(_ => 1).Select(all => new { Count = all.Count(), Bytes = all.Sum(s => (long)s.Box.Length) })
            .SingleOrDefaultAsync() is { } gone
            ? new Tally(Secrets: -gone.Count, Bytes: -gone.Bytes)
            : new Tally();
}
