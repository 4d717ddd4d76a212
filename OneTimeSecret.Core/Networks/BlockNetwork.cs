using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Networks;

/// <summary>Refuses all requests of a network from now on, until a given time or until it is unblocked.</summary>
public sealed class BlockNetwork(AdminAct act, BlockedNetworks blocked, TimeProvider time)
{
    /// <summary>The shortest prefix of an IPv4 network that may be blocked, so that a slip does not block too many clients.</summary>
    public const int LeastBits = 8;

    /// <summary>The shortest prefix of an IPv6 network that may be blocked.</summary>
    public const int LeastBitsV6 = 16;

    /// <summary>Blocks a network. A network that is already blocked gets the new reason and end.</summary>
    /// <param name="network">An address, or an address with the length of its prefix, such as <c>203.0.113.0/24</c>.</param>
    /// <param name="reason">Why, for other administrators: 1 to <see cref="AdminAct.MaxReason"/> characters.</param>
    /// <param name="expires">When the block ends. Null: when it is unblocked.</param>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was blocked.</exception>
    public async Task<BlockOutcome> Run(
        Caller admin, string network, string reason, DateTimeOffset? expires, CancellationToken cancellation)
    {
        var (why, now) = (AdminAct.Reason(reason), time.GetUtcNow());
        if (NetworkText.Parse(network) is not { } meant)
            return new BlockOutcome.BadNetwork();
        var least = meant.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? LeastBits : LeastBitsV6;
        if (meant.PrefixLength < least)
            return new BlockOutcome.TooWide(least);
        if (meant == NetworkText.Around(NetworkText.AnyIPv4, meant.PrefixLength))
            return new BlockOutcome.TooWide(NetworkText.MappedBits); // clients with mapped IPv4 addresses are identified by IPv4
        if (NetworkText.Parse(admin.Client) is { } own && NetworkText.Overlap(meant, own))
            return new BlockOutcome.OwnNetwork();
        if (expires <= now)
            return new BlockOutcome.BadTime();

        var text = meant.ToString();
        var outcome = await act.Run(
            admin, AuditKind.NetworkBlocked, text, AdminAct.Until(why, expires),
            async db =>
            {
                await Put(db, new BlockedNetwork
                {
                    Network = text, Reason = why, BlockedBy = admin.Account!.Id, Created = now, Expires = expires,
                });
                return AdminOutcome.Done;
            },
            cancellation);
        if (outcome != AdminOutcome.Done)
            return new BlockOutcome.NotAdministrator();
        await blocked.Refresh(CancellationToken.None);
        return new BlockOutcome.Blocked(text);
    }

    private static async Task Put(OtsDbContext db, BlockedNetwork block)
    {
        // Blocks that have ended are deleted with the next new block, so that the table stays short.
        await db.BlockedNetworks.Where(b => b.Network == block.Network || b.Expires <= block.Created).ExecuteDeleteAsync();
        db.Add(block);
    }
}

/// <summary>The result of blocking a network. Only <see cref="Blocked"/> means that something was changed.</summary>
public abstract record BlockOutcome
{
    private BlockOutcome() { }

    /// <summary>The network is blocked.</summary>
    /// <param name="Network">The network in its normalized spelling.</param>
    public sealed record Blocked(string Network) : BlockOutcome;

    /// <summary>The text is neither an address nor a network.</summary>
    public sealed record BadNetwork : BlockOutcome;

    /// <summary>The network is too large to be blocked.</summary>
    /// <param name="LeastBits">The shortest prefix that may be blocked.</param>
    public sealed record TooWide(int LeastBits) : BlockOutcome;

    /// <summary>The network overlaps with the administrator's own.</summary>
    public sealed record OwnNetwork : BlockOutcome;

    /// <summary>The given end of the block is not in the future.</summary>
    public sealed record BadTime : BlockOutcome;

    /// <summary>The caller is not an administrator (any more).</summary>
    public sealed record NotAdministrator : BlockOutcome;
}
