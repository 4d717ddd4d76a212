using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Deletes the opt-out of an address when its owner asks for that. The administrator has to type the address, because the database has
/// only a keyed hash of it.
/// </summary>
public sealed class AllowMail(AdminAct act, KeyRing ring)
{
    /// <summary>How many bytes of the address's hash identify it in the audit trail.</summary>
    private const int NamedBy = 4;

    /// <summary>Deletes the opt-out of <paramref name="address"/>.</summary>
    /// <returns><see cref="AdminOutcome.NotThere"/>: the text is not an address, or the address has not opted out.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, string address, CancellationToken cancellation)
    {
        var hash = EmailAddress.ParseStored(address)?.Hash(ring) ?? [];
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
