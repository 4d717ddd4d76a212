using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Removes the authenticator app; without any factor left, the recovery codes go with it.</summary>
public sealed class RemoveTotp(
    WriteQueue queue, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options, IOptions<MailOptions> mail)
{
    /// <summary>Removes the app of <paramref name="accountId"/>, unless it is the last factor of an account that needs one.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="browser">The browser's name in words, for the notice.</param>
    /// <param name="client">The client's network identity, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public async Task<FactorRemoval> Run(Guid accountId, string browser, string client, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var outcome = await queue.Run(
            async db =>
            {
                var factors = await SignInFactors.Read(db, accountId, CancellationToken.None);
                if (factors.Passkeys == 0 && SecondFactor.Needed(options.Value, mail.Value, factors.IsAdmin, hasPasskey: false))
                    return FactorRemoval.Needed;
                var removed = await db.Users.Where(a => a.Id == accountId && a.TotpKey != null).ExecuteUpdateAsync(
                    set => set.SetProperty(a => a.TotpKey, (byte[]?)null).SetProperty(a => a.TotpStep, (long?)null));
                if (removed == 0)
                    return FactorRemoval.NotThere;
                if (factors.Passkeys == 0)
                    await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync();
                await notices.Add(db, accountId, new AccountNotice(AccountEvent.TotpRemoved, browser, client), now);
                await db.SaveChangesAsync(CancellationToken.None);
                return FactorRemoval.Removed;
            },
            cancellation);
        if (outcome == FactorRemoval.Removed)
            notices.Signal();
        return outcome;
    }
}
