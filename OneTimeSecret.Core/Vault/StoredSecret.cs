using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Statistics;

namespace OneTimeSecret.Core.Vault;

/// <summary>An unread secret. Destroying a secret is deleting its row.</summary>
public sealed class StoredSecret
{
    /// <summary>Lookup hash of the secret key, 32 bytes.</summary>
    public required byte[] Id { get; init; }

    /// <summary>Lookup hash of the metadata key: the id of the receipt, which outlives this row.</summary>
    public required byte[] ReceiptId { get; init; }

    /// <summary>The outer box (docs/crypto-format.md).</summary>
    public required byte[] Box { get; set; }

    /// <summary>From this time on the secret counts as gone, even if its row still exists. The box is bound to this time.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The change to the counts when <paramref name="secrets"/> are deleted.</summary>
    internal static async Task<Tally> Loss(IQueryable<StoredSecret> secrets) =>
        await secrets.GroupBy(_ => 1).Select(all => new { Count = all.Count(), Bytes = all.Sum(s => (long)s.Box.Length) })
            .SingleOrDefaultAsync() is { } gone
            ? new Tally(Secrets: -gone.Count, Bytes: -gone.Bytes)
            : new Tally();
}
