using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Counts the boxes that each root of the key ring seals, over all processes and restarts. All boxes of a root share the bound of one key,
/// although each purpose has a subkey of its own: that is the safe side.
/// </summary>
/// <remarks>
/// A process reserves seals in blocks. A transaction, before which more was sealed than is reserved, adds blocks to the root's row before
/// it commits. So no stored box is missing in the count, also after a crash, and only one transaction in many has a statement more. The
/// rest of a block is lost when the process ends, so the count is rounded up.
/// </remarks>
public sealed class SealCounter(KeyRing ring, ILogger<SealCounter> log)
{
    /// <summary>How many seals are reserved at once. Every process that seals takes at least as many.</summary>
    public const long Block = 1024;

    /// <summary>From this number on, a root must be replaced: half of the 2^32 boxes for which random nonces are safe.</summary>
    public const long Due = 1L << 31;

    private readonly ConcurrentDictionary<uint, long> _reserved = new();
    private long _count;

    /// <summary>Whether the root that sealed last must be replaced. False until this process has stored a box.</summary>
    public bool IsDue => Interlocked.Read(ref _count) >= Due;

    /// <summary>Reserves what was sealed since the last reservation. Must be called right before the commit.</summary>
    internal async Task Reserve(OtsDbContext db)
    {
        foreach (var (root, seals) in ring.Seals)
        {
            var reserved = _reserved.GetValueOrDefault(root);
            if (seals <= reserved)
                continue;
            var more = (seals - reserved + Block - 1) / Block * Block;
            // No row: a rotation that runs now has written the root into the key ring, and not into the database yet. It is counted later.
            var count = await db.Database.SqlQuery<long>(
                $"""UPDATE "KeyChecks" SET "Seals" = "Seals" + {more} WHERE "RootId" = {root} RETURNING "Seals" AS "Value" """)
                .ToListAsync();
            if (count is [var total])
                db.AfterCommit(() => Reserved(root, reserved + more, total));
        }
    }

    private void Reserved(uint root, long reserved, long count)
    {
        _reserved[root] = reserved;
        var before = Interlocked.Exchange(ref _count, count);
        if (count >= Due && before < Due)
            log.LogWarning(
                "Root {Root} of the key ring has sealed {Count} boxes. Run `keys rotate` within the next months: from 2^32 boxes on, the "
                + "sealed data is less safe",
                KeyRingFile.Name(root), count);
    }
}
