using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Checks a password. Unknown addresses, accounts without password and wrong passwords take the same look-up, the same write and one
/// hash, and have one outcome.
/// </summary>
public sealed class CheckPassword(
    IDbContextFactory<OtsDbContext> contexts, SignInTries tries, PasswordHashes passwords, KeyRing ring,
    RefusalBursts refusals, IOptions<LimitOptions> limits)
{
    private const int LongestAddress = 254;

    /// <summary>Whether <paramref name="password"/> is that of the account of <paramref name="email"/>.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="client">The client's network identity.</param>
    /// <param name="devices">The accounts that this browser has signed in to before: strangers' failures do not lock it out.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was counted.</exception>
    public async Task<SignInOutcome> Run(
        string email, string password, string client, IReadOnlyCollection<KnownDevice> devices, CancellationToken cancellation)
    {
        var normalized = AccountLookup.Normalize(email);
        Account? account;
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
            account = await db.Users.AsNoTracking()
                .SingleOrDefaultAsync(a => a.NormalizedEmail == normalized && a.Deleted == null, cancellation);
        var device = account is null ? null : KnownDevice.Of(devices, ring, account.Id, account.SecurityStamp!);
        var spent = Limits(normalized ?? email[..Math.Min(email.Length, LongestAddress)].ToUpperInvariant(), client, device);
        if (await tries.Spend(cancellation, spent) is { } wait)
            return Refuse(new SignInOutcome.TooMany(wait), account, client);

        bool isRight;
        try
        {
            isRight = password.Length <= SetPassword.MaxLength && await passwords.Matches(account, password, cancellation);
        }
        catch (Exception fault) when (fault is ServerBusyException or OperationCanceledException)
        {
            await tries.Refund(spent); // nothing was tried
            throw;
        }
        if (account is null || !isRight)
            return Refuse(new SignInOutcome.Wrong(), account, client);
        await tries.Refund(spent);
        if (account.Suspended is not null)
            return Refuse(new SignInOutcome.Suspended(), account, client);
        return new SignInOutcome.Right(account.Id, account.SecurityStamp!);
    }

    /// <summary>The trail says whose account it was, if there is one, and never what was typed.</summary>
    private SignInOutcome Refuse(SignInOutcome outcome, Account? account, string client)
    {
        refusals.Count(AuditKind.SignInRefused, new Caller(client), account?.Id.ToString());
        return outcome;
    }

    private TryLimit[] Limits(string address, string client, KnownDevice? device)
    {
        var window = TimeSpan.FromMinutes(limits.Value.SignInMinutes);
        var (perClient, perAccount) = (limits.Value.SignInsPerClient, limits.Value.SignInsPerAccount);
        return device is not null
            ? [
                new("password-device", device.Id, perClient, window),
                // Whoever knew the password once could have had many devices made known.
                new("password-devices", device.AccountId.ToString(), perAccount, window),
            ]
            : [new("password-client", $"{address}\n{client}", perClient, window), new("password", address, perAccount, window)];
    }
}

/// <summary>What came of checking a password.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome() { }

    /// <summary>It is right.</summary>
    /// <param name="AccountId">Whose it is.</param>
    /// <param name="Stamp">The account's security stamp: what the password is worth ends when that changes.</param>
    public sealed record Right(Guid AccountId, string Stamp) : SignInOutcome
    {
        /// <summary>Says nothing of the stamp.</summary>
        public override string ToString() => nameof(Right);
    }

    /// <summary>It is right, but the account is suspended. Only who knows the password hears of it.</summary>
    public sealed record Suspended : SignInOutcome;

    /// <summary>Address or password are wrong: which of them, nobody is told.</summary>
    public sealed record Wrong : SignInOutcome;

    /// <summary>Too many were wrong: not even the right one is tried for so long.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : SignInOutcome;
}
