using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Lets an address have mails again that wanted none, because its owner asked for it. Only a keyed hash of it is kept, so it has to be
/// typed.
/// </summary>
public sealed class AllowMail(AdminAct act, KeyRing ring)
{
    /// <summary>Bytes of the address's hash that name it in the audit trail.</summary>
    private const int NamedBy = 4;

    /// <summary>Takes the opt-out of <paramref name="address"/> away.</summary>
    /// <returns><see cref="AdminOutcome.NotThere"/>: it is no address, or one that gets its mails.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, string address, CancellationToken cancellation)
    {
        var hash = EmailAddress.Parse(address)?.Hash(ring) ?? [];
        return act.Run(
            admin, AuditKind.MailAllowed, Convert.ToHexStringLower(hash.AsSpan(0, Math.Min(NamedBy, hash.Length))), null,
            async db =>
            {
                await db.Lock(RowLock.Recipient(hash));
                return await db.OptOuts.Where(o => o.RecipientHash == hash).ExecuteDeleteAsync() == 1
                    ? AdminOutcome.Done
                    : AdminOutcome.NotThere;
            },
            cancellation);
    }
}
