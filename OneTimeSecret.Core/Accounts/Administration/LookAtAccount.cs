using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>What an administrator may know of an account: how much it has and when it was used, nothing that opens anything.</summary>
public sealed class LookAtAccount(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    /// <summary>Unread secrets are counted up to here, so that the look costs the same for every account.</summary>
    public const int MostUnread = 1000;

    /// <summary>The facts of an account that lives; null: there is none such.</summary>
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
/// <param name="Summary">What lists show of it.</param>
/// <param name="SuspendedFor">Why it is suspended.</param>
/// <param name="NeedsFactor">Whether an administrator demands a second factor of it.</param>
/// <param name="RequestLimit">Its own limit of creates, and of reveals; null: what the settings say.</param>
/// <param name="MailLimit">Its own limit of mails with links in a day; null: what the settings say.</param>
/// <param name="HasPassword">Whether it has a password.</param>
/// <param name="Passkeys">How many passkeys it has.</param>
/// <param name="HasTotp">Whether it has an authenticator app.</param>
/// <param name="Sessions">How many sessions are open.</param>
/// <param name="Tokens">How many API tokens it has, expired ones too.</param>
/// <param name="SessionSeen">When a session was last used, to a few minutes; sessions that have ended are forgotten.</param>
/// <param name="TokenUsed">When a token was last used, to an hour; revoked ones are forgotten.</param>
/// <param name="Unread">Unread secrets, at most <see cref="LookAtAccount.MostUnread"/>.</param>
/// <param name="MoreUnread">Whether there are more than that.</param>
public sealed record AccountFacts(
    AccountSummary Summary, string? SuspendedFor, bool NeedsFactor, int? RequestLimit, int? MailLimit, bool HasPassword, int Passkeys,
    bool HasTotp, int Sessions, int Tokens, DateTimeOffset? SessionSeen, DateTimeOffset? TokenUsed, int Unread, bool MoreUnread)
{
    /// <summary>When it was last used; null: not lately, as far as is kept.</summary>
    public DateTimeOffset? LastSeen => SessionSeen > TokenUsed || TokenUsed is null ? SessionSeen : TokenUsed;
}
