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
/// Checks a password. Unknown addresses, accounts without a password and wrong passwords cost the same: one query, one write and one
/// hash. All give the same outcome, so that nobody learns which addresses have accounts.
/// </summary>
public sealed class CheckPassword(
    IDbContextFactory<OtsDbContext> contexts, SignInTries tries, PasswordHashes passwords, KeyRing ring,
    RefusalBursts refusals, IOptions<LimitOptions> limits)
{
    private const int LongestAddress = 254;

    /// <summary>Whether <paramref name="password"/> is that of the account of <paramref name="email"/>.</summary>
    /// <param name="email">The address as typed.</param>
    /// <param name="password">The password as typed.</param>
    /// <param name="client">The client's network identity.</param>
    /// <param name="devices">The accounts that this browser has signed in to before. Failed sign-ins of others do not lock it out.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was counted.</exception>
    public async Task<SignInOutcome> Run(
        string email, string password, string client, IReadOnlyCollection<KnownDevice> devices, CancellationToken cancellation)
    {
        var address = EmailAddress.ParseStored(email);
        Account? account;
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
            account = await db.Users.AsNoTracking().WithAddress(address).SingleOrDefaultAsync(a => a.Deleted == null, cancellation);
        var device = account is null ? null : KnownDevice.Of(devices, ring, account.Id, account.SecurityStamp!);
        var spent = Limits(address?.Key ?? email[..Math.Min(email.Length, LongestAddress)], client, device);
        if (await tries.Spend(cancellation, spent) is { } wait)
            return Refuse(new SignInOutcome.TooMany(wait), account, client);

        bool isRight;
        try
        {
            isRight = password.Length <= SetPassword.MaxTyped && await passwords.Matches(account, password, client, cancellation);
        }
        catch (Exception fault) when (fault is ServerBusyException or OperationCanceledException)
        {
            await tries.Refund(spent); // no password was checked
            throw;
        }
        if (account is null || !isRight)
            return Refuse(new SignInOutcome.Wrong(), account, client);
        await tries.Refund(spent);
        if (account.Suspended is not null)
            return Refuse(new SignInOutcome.Suspended(), account, client);
        return new SignInOutcome.Right(account.Id, account.SecurityStamp!);
    }

    /// <summary>Records the refusal in the audit trail: with the account's id, if there is one, and never with what was typed.</summary>
    private SignInOutcome Refuse(SignInOutcome outcome, Account? account, string client)
    {
        refusals.Count(AuditKind.SignInRefused, new Caller(client), account?.Id.ToString());
        return outcome;
    }

    private TryLimit[] Limits(string key, string client, KnownDevice? device)
    {
        var window = TimeSpan.FromMinutes(limits.Value.SignInMinutes);
        var (perClient, perAccount) = (limits.Value.SignInsPerClient, limits.Value.SignInsPerAccount);
        return device is not null
            ? [
                new("password-device", device.Id, perClient, window),
                // Also limited per account, because somebody who once knew the password may have signed in with many devices.
                new("password-devices", device.AccountId.ToString(), perAccount, window),
            ]
            : [new("password-client", $"{key}\n{client}", perClient, window), new("password", key, perAccount, window)];
    }
}

/// <summary>The result of checking a password.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome() { }

    /// <summary>The password is right.</summary>
    /// <param name="Stamp">The account's security stamp. The check is valid only until the stamp changes.</param>
    public sealed record Right(Guid AccountId, string Stamp) : SignInOutcome
    {
        /// <summary>Omits the stamp.</summary>
        public override string ToString() => nameof(Right);
    }

    /// <summary>The password is right, but the account is suspended. Only somebody who knows the password learns this.</summary>
    public sealed record Suspended : SignInOutcome;

    /// <summary>The address or the password is wrong. The outcome does not reveal which.</summary>
    public sealed record Wrong : SignInOutcome;

    /// <summary>Too many passwords were wrong. Until <paramref name="RetryAfter"/> is over, even the right one is refused.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : SignInOutcome;
}
