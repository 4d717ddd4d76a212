using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>
/// Checks the addresses of all accounts when a server starts, because older versions accepted addresses that are refused today. It gives
/// each account the key of its own address, so that it neither blocks another spelling nor is found by it. It logs which accounts an
/// administrator should look at: by their ids, because the log contains no addresses.
/// </summary>
public sealed class CheckAddresses(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, ILogger<CheckAddresses> log)
{
    private const int MostListed = 20;

    /// <summary>Checks the addresses. A fault of the database is logged, because it must not stop the start.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellation);
            var named = db.Users.AsNoTracking().Where(a => a.Email != null && a.NormalizedEmail != null);
            var (refused, others) = (new List<Guid>(), new List<Named>());
            await foreach (var account in named.Select(a => new Named(a.Id, a.Email!, a.NormalizedEmail!))
                .AsAsyncEnumerable().WithCancellation(cancellation))
            {
                if (!string.Equals(EmailAddress.Parse(account.Email)?.Text, account.Email, StringComparison.Ordinal))
                    refused.Add(account.Id);
                if (!string.Equals(KeyOf(account.Email), account.Key, StringComparison.Ordinal))
                    others.Add(account);
            }
            var shared = await named.Where(a => db.Users.Any(other => other.NormalizedEmail == a.NormalizedEmail && other.Id != a.Id))
                .Select(a => a.Id).ToListAsync(cancellation);
            foreach (var account in others)
                if (await write.Run(to => Rekey(to, account), cancellation) == 0)
                    shared.Add(account.Id);
            Warn(refused, shared);
        }
        catch (Exception fault) when (EngineFault.Is(fault))
        {
            log.LogError(fault, "The addresses of accounts were not checked, because the database failed. The next start checks them");
        }
    }

    private static string KeyOf(string email) => EmailAddress.ParseStored(email)?.Key ?? email;

    /// <summary>Stores the key of an account's address, unless its address has changed meanwhile or another account has the key.</summary>
    private static async Task<int> Rekey(OtsDbContext db, Named account)
    {
        var (id, email, key) = (account.Id, account.Email, KeyOf(account.Email));
        await db.Lock(RowLock.Address(key), RowLock.Account(id));
        return await db.Users
            .Where(a => a.Id == id && a.Email == email)
            .Where(a => !db.Users.Any(other => other.Id != id && (other.NormalizedEmail == key || other.NormalizedUserName == key)))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.NormalizedEmail, key).SetProperty(a => a.NormalizedUserName, key));
    }

    private void Warn(List<Guid> refused, List<Guid> shared)
    {
        if (refused.Count > 0)
            log.LogWarning(
                "{Count} accounts have an address that is refused today, because it can be mistaken for another one: {Ids}. Look "
                + "at each of them on /admin/accounts/ID. Suspend it if it imitates another address; otherwise ask its owner to change it. "
                + "Until then the owner can sign in with exactly this spelling", refused.Count, List(refused));
        if (shared.Count > 0)
            log.LogWarning(
                "{Count} accounts have an address that another account has too: {Ids}. Somebody changed the database outside the program. "
                + "Restore a backup, or change the addresses in the database", shared.Count, List(shared));
    }

    private static string List(List<Guid> ids) => string.Join(", ", ids.Take(MostListed)) + (ids.Count > MostListed ? ", …" : "");

    private sealed record Named(Guid Id, string Email, string Key);
}
