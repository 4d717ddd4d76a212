using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Makes new recovery codes; those that were made before work no more.</summary>
public sealed class MakeRecoveryCodes(WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time)
{
    /// <summary>Makes codes for <paramref name="accountId"/>. They are shown once: only keyed hashes of them are kept.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The codes; null when there is no second factor that they could stand in for.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public async Task<IReadOnlyList<string>?> Run(Guid accountId, Caller by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Account(accountId));
                if (await SignInFactors.Read(db, accountId, CancellationToken.None) is { HasTotp: false, Passkeys: 0 })
                    return null;
                var made = await RecoveryCodes.Replace(db, ring, accountId);
                await notices.Add(db, accountId, AccountEvent.RecoveryCodesMade, by, now);
                db.Note(Act.Of(AuditKind.RecoveryCodesMade, accountId, by));
                return made;
            },
            cancellation);
    }
}
