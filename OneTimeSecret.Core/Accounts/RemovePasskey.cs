using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Removes a passkey; without any factor left, the recovery codes go with it.</summary>
public sealed class RemovePasskey(
    WriteQueue queue, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options, IOptions<MailOptions> mail)
{
    /// <summary>Removes a passkey of <paramref name="accountId"/>, unless it is the last factor of an account that needs one.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="credentialId">The passkey's id.</param>
    /// <param name="browser">The browser's name in words, for the notice.</param>
    /// <param name="client">The client's network identity, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public async Task<FactorRemoval> Run(
        Guid accountId, byte[] credentialId, string browser, string client, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var outcome = await queue.Run(
            async db =>
            {
                var factors = await SignInFactors.Read(db, accountId, CancellationToken.None);
                var isLast = factors is { HasTotp: false, Passkeys: 1 };
                // By what is so now, with the passkey: it makes an administrator need a factor even where there is no mail.
                if (isLast && SecondFactor.Needed(options.Value, mail.Value, factors.IsAdmin, hasPasskey: true))
                    return FactorRemoval.Needed;
                if (await db.UserPasskeys.Where(p => p.UserId == accountId && p.CredentialId == credentialId).ExecuteDeleteAsync() == 0)
                    return FactorRemoval.NotThere;
                if (isLast)
                    await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync();
                await notices.Add(db, accountId, new AccountNotice(AccountEvent.PasskeyRemoved, browser, client), now);
                await db.SaveChangesAsync(CancellationToken.None);
                return FactorRemoval.Removed;
            },
            cancellation);
        if (outcome == FactorRemoval.Removed)
            notices.Signal();
        return outcome;
    }
}
