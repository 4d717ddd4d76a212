using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Makes new recovery codes for an account. The earlier ones stop working.</summary>
public sealed class MakeRecoveryCodes(WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time)
{
    /// <summary>Makes codes. They can be shown only now, because the server stores only their keyed hashes.</summary>
    /// <returns>The codes. Null: the account has no second factor that they could replace.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
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
