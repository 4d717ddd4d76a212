using System.Collections.Frozen;
using System.Net;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Networks;

/// <summary>
/// The networks whose requests are refused. They are checked for every request, so they are kept in memory, as of the last
/// <see cref="Refresh"/>. Blocks that have ended since then are ignored.
/// </summary>
public sealed class BlockedNetworks(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    private volatile Memory _memory = new([]);

    /// <summary>Reads the networks that are blocked now from the database, newest first.</summary>
    public async Task<IReadOnlyList<ListedBlock>> List(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.BlockedNetworks.AsNoTracking()
            .Where(b => b.Expires == null || b.Expires > now)
            .OrderByDescending(b => b.Created).ThenBy(b => b.Network)
            .Select(b => new ListedBlock(b, db.Users.Where(a => a.Id == b.BlockedBy).Select(a => a.Email).FirstOrDefault()))
            .ToListAsync(cancellation);
    }

    /// <summary>Reads the blocked networks into memory.</summary>
    public async Task Refresh(CancellationToken cancellation) =>
        _memory = new Memory((await List(cancellation)).Select(listed => listed.Block));

    /// <summary>The block that covers <paramref name="address"/>. Null: its requests are accepted.</summary>
    public BlockedNetwork? Find(IPAddress address) => _memory.Find(address, time);

    /// <summary>Needs one look-up for each prefix length in use, however many networks there are.</summary>
    private sealed class Memory(IEnumerable<BlockedNetwork> blocks)
    {
        private readonly FrozenDictionary<IPNetwork, BlockedNetwork> _blocks = blocks
            .Select(block => (Network: NetworkText.Parse(block.Network), Block: block))
            .Where(block => block.Network is not null)
            .ToFrozenDictionary(block => block.Network!.Value, block => block.Block);

        private int[] Lengths => field ??= [.. _blocks.Keys.Select(network => network.PrefixLength).Distinct()];

        public BlockedNetwork? Find(IPAddress address, TimeProvider time)
        {
            if (_blocks.Count == 0)
                return null;
            var (plain, now) = (NetworkText.Plain(address), time.GetUtcNow());
            var most = plain.GetAddressBytes().Length * 8;
            foreach (var length in Lengths)
                if (length <= most && _blocks.TryGetValue(NetworkText.Around(plain, length), out var block)
                    && (block.Expires is null || block.Expires > now))
                    return block;
            return null;
        }
    }
}

/// <summary>A blocked network, and who blocked it.</summary>
/// <param name="Block">The network.</param>
/// <param name="By">The address of the administrator. Null: the account is deleted.</param>
public sealed record ListedBlock(BlockedNetwork Block, string? By);
