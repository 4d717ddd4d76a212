using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Reads which second factors an account has, and whether signing in requires one.</summary>
public sealed class SignInFactors(
    IDbContextFactory<OtsDbContext> contexts, IOptions<AccountOptions> options, IOptions<MailOptions> mail)
{
    /// <summary>
    /// Whether the password alone is not enough: the account has an authenticator app, or has a passkey and needs a second factor.
    /// </summary>
    public async Task<bool> AreAsked(Guid accountId, CancellationToken cancellation)
    {
        var factors = await Run(accountId, cancellation);
        return factors.HasTotp
            || (factors.Passkeys > 0 && SecondFactor.Needed(
                options.Value, mail.Value, factors.IsAdmin, hasPasskey: true, factors.IsDemanded));
    }

    /// <summary>Reads the factors of <paramref name="accountId"/>.</summary>
    public async Task<AccountFactors> Run(Guid accountId, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Read(db, accountId, cancellation);
    }

    /// <summary>Reads the factors inside a transaction, for decisions that must not use an older state.</summary>
    internal static async Task<AccountFactors> Read(OtsDbContext db, Guid accountId, CancellationToken cancellation)
    {
        var (codes, admins) = (db.RecoveryCodes, db.Admins);
        return await db.Users
            .Where(a => a.Id == accountId)
            .Select(a => new AccountFactors(
                a.TotpKey != null,
                codes.Count(c => c.AccountId == a.Id),
                db.UserPasskeys.Count(p => p.UserId == a.Id),
                admins.Contains(a.Id),
                a.NeedsFactor))
            .SingleOrDefaultAsync(cancellation) ?? new AccountFactors(false, 0, 0, false, false);
    }
}

/// <summary>An account's factors.</summary>
/// <param name="HasTotp">Whether there is an authenticator app.</param>
/// <param name="RecoveryCodes">How many unused recovery codes there are.</param>
/// <param name="Passkeys">How many passkeys there are.</param>
/// <param name="IsAdmin">Whether the account is an administrator.</param>
/// <param name="IsDemanded">Whether an administrator requires a second factor for the account.</param>
public sealed record AccountFactors(bool HasTotp, int RecoveryCodes, int Passkeys, bool IsAdmin, bool IsDemanded);
