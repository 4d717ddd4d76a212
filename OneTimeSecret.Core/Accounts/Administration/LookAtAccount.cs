using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Reads what administrators may know about an account: counts and times, but nothing that gives access to anything.</summary>
public sealed class LookAtAccount(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    /// <summary>The highest count of unread secrets. It bounds the cost of the query for accounts with very many secrets.</summary>
    public const int MostUnread = 1000;

    /// <summary>Reads the facts of an account. Null: the account does not exist or is deleted.</summary>
    public async Task<AccountFacts?> Run(Guid id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var accounts = db.Users.AsNoTracking().Where(a => a.Id == id && a.Deleted == null);
        if (await AccountSummary.Of(db, accounts).SingleOrDefaultAsync(cancellation) is not { } summary)
            return null;
        var unread = await db.Receipts
            .Where(r => r.OwnerId == id && r.State == ReceiptState.New && r.SecretExpires > now)
            .OrderBy(r => r.SecretExpires).Take(MostUnread + 1).CountAsync(cancellation);
        var (apiTokens, sessions) = (db.ApiTokens, db.Sessions);
        return await accounts
            .Select(a => new AccountFacts(
                summary, a.SuspendedFor, a.NeedsFactor, a.RequestLimit, a.MailLimit, a.PasswordHash != null,
                db.UserPasskeys.Count(p => p.UserId == id), a.TotpKey != null,
                sessions.Count(s => s.AccountId == id && s.Expires > now), apiTokens.Count(t => t.AccountId == id),
                sessions.Where(s => s.AccountId == id).Max(s => (DateTimeOffset?)s.LastSeen),
                apiTokens.Where(t => t.AccountId == id).Max(t => t.LastUsed),
                Math.Min(unread, MostUnread), unread > MostUnread))
            .SingleOrDefaultAsync(cancellation);
    }
}

/// <summary>An account as administrators see it.</summary>
/// <param name="Summary">What lists show of the account.</param>
/// <param name="SuspendedFor">Why it is suspended.</param>
/// <param name="NeedsFactor">Whether an administrator requires a second factor for this account.</param>
/// <param name="RequestLimit">Its own limit of creates, and of reveals. Null: the limit of the settings.</param>
/// <param name="MailLimit">Its own limit of mails with links in a day. Null: the limit of the settings.</param>
/// <param name="HasPassword">Whether it has a password.</param>
/// <param name="Passkeys">How many passkeys it has.</param>
/// <param name="HasTotp">Whether it has an authenticator app.</param>
/// <param name="Sessions">How many sessions are open.</param>
/// <param name="Tokens">How many API tokens it has, including expired ones.</param>
/// <param name="SessionSeen">When a stored session was last used, accurate to a few minutes. Ended sessions are deleted.</param>
/// <param name="TokenUsed">When a stored token was last used, accurate to an hour. Revoked tokens are deleted.</param>
/// <param name="Unread">How many unread secrets it has, at most <see cref="LookAtAccount.MostUnread"/>.</param>
/// <param name="MoreUnread">Whether it has more unread secrets than <paramref name="Unread"/>.</param>
public sealed record AccountFacts(
    AccountSummary Summary, string? SuspendedFor, bool NeedsFactor, int? RequestLimit, int? MailLimit, bool HasPassword, int Passkeys,
    bool HasTotp, int Sessions, int Tokens, DateTimeOffset? SessionSeen, DateTimeOffset? TokenUsed, int Unread, bool MoreUnread)
{
    /// <summary>When a session or token was last used. Null: no stored session or token shows any use.</summary>
    public DateTimeOffset? LastSeen => SessionSeen > TokenUsed || TokenUsed is null ? SessionSeen : TokenUsed;
}
