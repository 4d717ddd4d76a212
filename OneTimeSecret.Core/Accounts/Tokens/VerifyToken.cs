using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Finds the account that an API token belongs to.</summary>
public sealed class VerifyToken(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, TimeProvider time, IOptions<AccountOptions> options,
    IOptions<MailOptions> mail)
{
    private static readonly TimeSpan UseGranularity = TimeSpan.FromHours(1);

    /// <summary>
    /// The account of <paramref name="email"/> if <paramref name="token"/> is one of its valid tokens. An unknown address, a suspended
    /// account and an invalid token all cost two queries and one hash, so that the response time reveals no account.
    /// </summary>
    public async Task<TokenOutcome> Run(string email, string token, CancellationToken cancellation)
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
            return new TokenOutcome.Unknown();
        if (options.Value.TokensNeedFactor && await LacksFactor(db, account.Id, cancellation))
            return new TokenOutcome.LacksFactor(account.Id);
        if (found.LastUsed is not { } last || now - last >= UseGranularity)
            await RecordUse(hash, now, cancellation);
        return new TokenOutcome.Valid(
            new SignedIn(account.Id, account.Email!, account.EmailConfirmed, found.Scopes, account.RequestLimit));
    }

    private async Task<bool> LacksFactor(OtsDbContext db, Guid accountId, CancellationToken cancellation)
    {
        var factors = await SignInFactors.Read(db, accountId, cancellation);
        return factors is { HasTotp: false, Passkeys: 0 }
            && SecondFactor.Needed(options.Value, mail.Value, factors.IsAdmin, hasPasskey: false, factors.IsDemanded);
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

/// <summary>The result of looking a token up.</summary>
public abstract record TokenOutcome
{
    private TokenOutcome() { }

    /// <summary>The token is valid, for this account.</summary>
    public sealed record Valid(SignedIn Account) : TokenOutcome;

    /// <summary>There is no such token, or its account or the token itself is not valid any more.</summary>
    public sealed record Unknown : TokenOutcome;

    /// <summary>The token is valid, but its account lacks a second factor (<see cref="AccountOptions.TokensNeedFactor"/>).</summary>
    public sealed record LacksFactor(Guid AccountId) : TokenOutcome;
}
