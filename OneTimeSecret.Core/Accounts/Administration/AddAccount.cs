using System.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Makes an account on the operator's word: its address counts as verified.</summary>
public sealed class AddAccount(UserManager<Account> accounts, OtsDbContext db, RecordActs record, TimeProvider time)
{
    /// <summary>Makes the account of <paramref name="email"/>; without a password it can sign in only after a link set one.</summary>
    /// <exception cref="AccountException">The address is none or is taken, or the password is too weak.</exception>
    public async Task<Account> Run(string email, string? password)
    {
        if (EmailAddress.Parse(email) is not { } address)
            throw new AccountException($"'{email}' is not an e-mail address.");
        // Identity's store works on this very context: the account and what the trail says of it are one transaction.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
        var account = await Add(address, password);
        db.Note(Act.OfOperator(AuditKind.AccountAdded) with { Subject = account.Id.ToString() });
        await record.Run(db);
        await transaction.CommitAsync();
        return account;
    }

    private async Task<Account> Add(EmailAddress address, string? password)
    {
        if (await accounts.FindByEmailAsync(address.Text) is { } known)
            return await TakeOver(known, password);
        var account = new Account
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = address.Text,
            Email = address.Text,
            EmailConfirmed = true,
            Created = time.GetUtcNow(),
        };
        AccountException.ThrowUnless(
            password is null ? await accounts.CreateAsync(account) : await accounts.CreateAsync(account, password));
        return account;
    }

    /// <summary>Who has merely begun to sign up does not stand in the operator's way.</summary>
    private async Task<Account> TakeOver(Account known, string? password)
    {
        if (!PendingAccount.Is(known))
            throw new AccountException(
                $"There is an account {known.Email} already; `account link {known.Email}` makes a link to set its password.");
        known.EmailConfirmed = true;
        AccountException.ThrowUnless(
            password is null ? await accounts.UpdateAsync(known) : await accounts.AddPasswordAsync(known, password));
        return known;
    }
}
