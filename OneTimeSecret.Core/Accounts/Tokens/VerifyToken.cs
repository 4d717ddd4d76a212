using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Finds the account that an API token belongs to.</summary>
public sealed class VerifyToken(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, TimeProvider time)
{
    private static readonly TimeSpan UseGranularity = TimeSpan.FromHours(1);

    /// <summary>
    /// The account of <paramref name="email"/> if <paramref name="token"/> is one of its valid tokens, else null. An unknown address, a
    /// suspended account and an invalid token all cost two queries and one hash, so that the response time reveals no account.
    /// </summary>
    public async Task<SignedIn?> Run(string email, string token, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var account = await db.Users.AsNoTracking().WithAddress(EmailAddress.ParseStored(email))
            .Where(a => a.Deleted == null && a.Suspended == null)
            .Select(a => new { a.Id, a.Email, a.EmailConfirmed, a.RequestLimit })
            .SingleOrDefaultAsync(cancellation);
        var hash = TokenHash.Of(ring, account?.Id ?? Guid.Empty, token);
        var found = await db.ApiTokens.AsNoTracking()
            .SingleOrDefaultAsync(t => t.Hash == hash && (t.Expires == null || t.Expires > now), cancellation);
        if (account is null || found is null || found.AccountId != account.Id)
            return null;
        if (found.LastUsed is not { } last || now - last >= UseGranularity)
            await RecordUse(hash, now, cancellation);
        return new SignedIn(account.Id, account.Email!, account.EmailConfirmed, found.Scopes, account.RequestLimit);
    }

    private async Task RecordUse(byte[] hash, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            await write.Run(
                db => db.ApiTokens.Where(t => t.Hash == hash).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsed, now)),
                cancellation);
        }
        catch (ServerBusyException)
        {
            // The next request records the use. A busy server must not refuse this request for it.
        }
    }
}
