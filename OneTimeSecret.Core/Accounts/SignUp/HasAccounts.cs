using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>Whether any account exists. Until then, pages and log explain how to make the first administrator.</summary>
public sealed class HasAccounts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Whether any account exists. Pending accounts do not count.</summary>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.Users.AnyAsync(a => a.EmailConfirmed || a.PasswordHash != null, cancellation);
    }
}
