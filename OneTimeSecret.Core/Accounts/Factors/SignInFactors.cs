using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>What an account can prove itself with besides its password.</summary>
public sealed class SignInFactors(
    IDbContextFactory<OtsDbContext> contexts, IOptions<AccountOptions> options, IOptions<MailOptions> mail)
{
    /// <summary>
    /// Whether the password alone does not suffice: there is an authenticator app, or a passkey where a second factor is needed.
    /// </summary>
    public async Task<bool> AreAsked(Guid accountId, CancellationToken cancellation)
    {
        var factors = await Run(accountId, cancellation);
        return factors.HasTotp
            || (factors.Passkeys > 0 && SecondFactor.Needed(
                options.Value, mail.Value, factors.IsAdmin, hasPasskey: true, factors.IsDemanded));
    }

    /// <summary>The factors of <paramref name="accountId"/>.</summary>
    public async Task<AccountFactors> Run(Guid accountId, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Read(db, accountId, cancellation);
    }

    /// <summary>The same inside of a transaction, for what must not be decided by an older state.</summary>
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
/// <param name="RecoveryCodes">Recovery codes that are left.</param>
/// <param name="Passkeys">How many passkeys there are.</param>
/// <param name="IsAdmin">Whether it is an administrator's.</param>
/// <param name="IsDemanded">Whether an administrator demands a second factor of it.</param>
public sealed record AccountFactors(bool HasTotp, int RecoveryCodes, int Passkeys, bool IsAdmin, bool IsDemanded);
