using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Networks;

/// <summary>Unblocks a network.</summary>
public sealed class UnblockNetwork(AdminAct act, WriteTransaction write, BlockedNetworks blocked)
{
    /// <summary>Unblocks exactly <paramref name="network"/> for an administrator, not networks inside or around it.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<AdminOutcome> Run(Caller admin, string network, CancellationToken cancellation)
    {
        var text = Spelling(network);
        var outcome = await act.Run(
            admin, AuditKind.NetworkUnblocked, text, null,
            async db => await Delete(db, text) == 1 ? AdminOutcome.Done : AdminOutcome.NotThere,
            cancellation);
        if (outcome == AdminOutcome.Done)
            await blocked.Refresh(CancellationToken.None);
        return outcome;
    }

    /// <summary>Unblocks for the operator, whose own network may be blocked. A running server applies it in seconds.</summary>
    /// <returns>Whether the network was blocked.</returns>
    public async Task<bool> Run(string network, CancellationToken cancellation)
    {
        var text = Spelling(network);
        return await write.Run(
            async db =>
            {
                if (await Delete(db, text) == 0)
                    return false;
                db.Note(Act.OfOperator(AuditKind.NetworkUnblocked) with { Subject = text });
                return true;
            },
            cancellation);
    }

    private static string Spelling(string network) => NetworkText.Parse(network)?.ToString() ?? network;

    private static Task<int> Delete(OtsDbContext db, string network) =>
        db.BlockedNetworks.Where(b => b.Network == network).ExecuteDeleteAsync();
}
