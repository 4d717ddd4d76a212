using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Makes an account for the operator. Its address counts as verified, because the operator vouches for it.</summary>
public sealed class AddAccount(UserManager<Account> accounts, WriteTransaction write, KeyedPasswordHasher hasher, TimeProvider time)
{
    /// <summary>Makes the account of <paramref name="email"/>. Without a password, its owner must first set one with a link.</summary>
    /// <exception cref="AccountException">The address is invalid or taken, or the password breaks a rule.</exception>
    public async Task<Account> Run(string email, string? password)
    {
        if (EmailAddress.Parse(email) is not { } address)
            throw new AccountException($"'{email}' is not an e-mail address.");
        var known = await accounts.Users.WithAddress(address).SingleOrDefaultAsync();
        EnsureFree(known);
        var account = known ?? PendingAccount.New(address, time.GetUtcNow());
        if (password is not null)
        {
            if (password.Length > SetPassword.MaxLength)
                throw new AccountException($"A password has at most {SetPassword.MaxLength} characters.");
            foreach (var rule in accounts.PasswordValidators)
                AccountException.ThrowUnless(await rule.ValidateAsync(accounts, account, password));
            account.PasswordHash = hasher.HashPassword(account, password);
            account.SecurityStamp = SecurityStamp.New(); // invalidates all links that were sent before
        }
        account.EmailConfirmed = true;
        return await write.Run(db => Add(db, account), CancellationToken.None);
    }

    private static async Task<Account> Add(OtsDbContext db, Account account)
    {
        await db.Lock([RowLock.Address(account.NormalizedEmail!), RowLock.Account(account.Id)]);
        var known = await db.Users.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedEmail == account.NormalizedEmail);
        EnsureFree(known);
        account.ConcurrencyStamp = Guid.NewGuid().ToString();
        if (known is null)
            db.Add(account);
        else if (known.Id != account.Id || await TakeOver(db, account) == 0)
            throw new AccountException($"Somebody began to sign up with {account.Email} just now; try again.");
        db.Note(Act.OfOperator(AuditKind.AccountAdded) with { Subject = account.Id.ToString() });
        return account;
    }

    /// <summary>Refuses an address that has an account. The operator may take over a pending account.</summary>
    private static void EnsureFree(Account? known)
    {
        if (known is not null && !PendingAccount.Is(known))
            throw new AccountException(
                $"There is an account {known.Email} already; `account link {known.Email}` makes a link to set its password.");
    }

    private static Task<int> TakeOver(OtsDbContext db, Account account) => db.Users.Where(a => a.Id == account.Id)
        .ExecuteUpdateAsync(set => set
            .SetProperty(a => a.EmailConfirmed, true).SetProperty(a => a.PasswordHash, account.PasswordHash)
            .SetProperty(a => a.SecurityStamp, account.SecurityStamp).SetProperty(a => a.ConcurrencyStamp, account.ConcurrencyStamp));
}
