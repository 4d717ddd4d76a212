using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Networks;

/// <summary>Refuses all requests of a network from now on, for a time or until it is let in again.</summary>
public sealed class BlockNetwork(AdminAct act, BlockedNetworks blocked, TimeProvider time)
{
    /// <summary>The shortest prefix of an IPv4 network: more of the world is not blocked by a slip.</summary>
    public const int LeastBits = 8;

    /// <summary>The shortest prefix of an IPv6 network.</summary>
    public const int LeastBitsV6 = 16;

    /// <summary>Blocks a network. One that is blocked gets the new reason and end.</summary>
    /// <param name="admin">Who asks.</param>
    /// <param name="network">An address, or an address with the length of its prefix, such as <c>203.0.113.0/24</c>.</param>
    /// <param name="reason">Why, for other administrators: 1 to <see cref="AdminAct.MaxReason"/> characters.</param>
    /// <param name="expires">Until when; null: until it is let in again.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was blocked.</exception>
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
            return new BlockOutcome.TooWide(NetworkText.MappedBits); // no client is known by such an address
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
        // Those that have ended go with the next that comes, so that the table stays as short as what an administrator has in mind.
        await db.BlockedNetworks.Where(b => b.Network == block.Network || b.Expires <= block.Created).ExecuteDeleteAsync();
        db.Add(block);
    }
}

/// <summary>What came of blocking a network. Everything but <see cref="Blocked"/> means that nothing was changed.</summary>
public abstract record BlockOutcome
{
    private BlockOutcome() { }

    /// <summary>It is blocked.</summary>
    /// <param name="Network">The network in its one spelling.</param>
    public sealed record Blocked(string Network) : BlockOutcome;

    /// <summary>The text is neither an address nor a network.</summary>
    public sealed record BadNetwork : BlockOutcome;

    /// <summary>The network is more than a slip should be able to block.</summary>
    /// <param name="LeastBits">The shortest prefix that may be blocked.</param>
    public sealed record TooWide(int LeastBits) : BlockOutcome;

    /// <summary>Who asks would block himself.</summary>
    public sealed record OwnNetwork : BlockOutcome;

    /// <summary>It would have ended already.</summary>
    public sealed record BadTime : BlockOutcome;

    /// <summary>Who asked is no administrator (any more).</summary>
    public sealed record NotAdministrator : BlockOutcome;
}
