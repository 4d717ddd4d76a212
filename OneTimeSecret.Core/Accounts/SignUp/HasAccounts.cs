using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>Whether anybody has an account yet: until then the pages and the log say how the first administrator is made.</summary>
public sealed class HasAccounts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Whether anybody has one; whoever merely began to sign up has none.</summary>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.Users.AnyAsync(a => a.EmailConfirmed || a.PasswordHash != null, cancellation);
    }
}
