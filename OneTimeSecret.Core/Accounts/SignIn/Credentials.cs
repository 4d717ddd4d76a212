using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>All credentials of an account except its password and its sessions. A new kind of credential must be added here.</summary>
internal static class Credentials
{
    /// <summary>Deletes tokens, passkeys, recovery codes and the authenticator app.</summary>
    public static async Task Remove(OtsDbContext db, Guid accountId)
    {
        await db.ApiTokens.Where(t => t.AccountId == accountId).ExecuteDeleteAsync();
        await RemoveFactors(db, accountId);
    }

    /// <summary>Deletes passkeys, recovery codes and the authenticator app, and returns how many there were.</summary>
    public static async Task<int> RemoveFactors(OtsDbContext db, Guid accountId) =>
        await db.UserPasskeys.Where(p => p.UserId == accountId).ExecuteDeleteAsync()
        + await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync()
        + await db.Users.Where(a => a.Id == accountId && a.TotpKey != null).ExecuteUpdateAsync(set => set
            .SetProperty(a => a.TotpKey, (byte[]?)null).SetProperty(a => a.TotpStep, (long?)null));
}
