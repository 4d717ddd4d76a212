using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>
/// Gives an account another address, or proves the one it has: a link goes to the address, and only who opens it changes anything.
/// The old address is told.
/// </summary>
public sealed class ChangeAddress(
    UserManager<Account> accounts, WriteTransaction write, SignInTries tries, PostMail post, PostNotice notices, UnseenWork unseen,
    TimeProvider time, IOptions<LimitOptions> limits, IOptions<MailOptions> mail, IOptions<AccountOptions> options)
{
    /// <summary>Sends a link to <paramref name="email"/>. Whether it belongs to another account already, nobody is told.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was sent.</exception>
    public async Task<AddressOutcome> Ask(SignedIn asker, string email, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            return new AddressOutcome.NoAddress();
        if (!mail.Value.Sends())
            return new AddressOutcome.NoMail();
        if (!options.Value.Takes(address))
            return new AddressOutcome.OtherDomain(options.Value.Domains.AsReadOnly());
        if (await tries.Spend(cancellation, MailedLinks.To(address, limits.Value)) is { } wait)
            return new AddressOutcome.TooMany(wait);
        if (await accounts.FindByIdAsync(asker.Id.ToString()) is not { } account)
            return new AddressOutcome.Sent(); // deleted meanwhile: nothing is left to say to its owner
        var token = await accounts.GenerateChangeEmailTokenAsync(account, address.Text);
        var letter = post.Prepare(
            MailKind.AddressLink, account.Id,
            new AddressLinkMail(address.Text, account.Id, token, time.GetUtcNow() + AccountLinks.Lifetime));
        unseen.Begin(() => write.RunWhenRoom(db => Add(db, letter, account.Id, address)));
        return new AddressOutcome.Sent();
    }

    /// <summary>Takes the token of a link: the account has that address from now on, and it is proved.</summary>
    /// <param name="accountId">The account, which the caller must be signed in to: a link proves a mailbox, not an account.</param>
    /// <param name="email">The address in the link.</param>
    /// <param name="token">The token in the link.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Whether it was taken: false when the link was used, is late or damaged, or the address has become another's.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed, the link still works.</exception>
    public async Task<bool> Confirm(
        Guid accountId, string email, string token, Visitor by, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address || await accounts.FindByIdAsync(accountId.ToString()) is not { } account
            || !await accounts.VerifyUserTokenAsync(
                account, accounts.Options.Tokens.ChangeEmailTokenProvider, UserManager<Account>.GetChangeEmailTokenPurpose(address.Text),
                token))
            return false;
        var (stamp, now, normalized) = (account.SecurityStamp, time.GetUtcNow(), AccountLookup.Normalize(address.Text));
        var isOther = !string.Equals(account.NormalizedEmail, normalized, StringComparison.Ordinal);
        var (newStamp, newVersion) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Address(normalized!), RowLock.Account(accountId));
                if (isOther) // before, because it goes to the old address
                    await notices.Add(db, accountId, AccountEvent.AddressChanged, by, now);
                var changed = await db.Users
                    .Where(a => a.Id == accountId && a.SecurityStamp == stamp && a.Deleted == null)
                    .Where(a => !db.Users.Any(other => other.NormalizedEmail == normalized && other.Id != accountId))
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(a => a.Email, address.Text).SetProperty(a => a.NormalizedEmail, normalized)
                        .SetProperty(a => a.UserName, address.Text).SetProperty(a => a.NormalizedUserName, normalized)
                        .SetProperty(a => a.EmailConfirmed, true)
                        .SetProperty(a => a.SecurityStamp, newStamp).SetProperty(a => a.ConcurrencyStamp, newVersion));
                if (changed == 0)
                    return false;
                db.Note(Act.Of(AuditKind.AddressChanged, accountId, by));
                return true;
            },
            cancellation);
    }

    private async Task<bool> Add(OtsDbContext db, PreparedMail letter, Guid accountId, EmailAddress address)
    {
        var normalized = AccountLookup.Normalize(address.Text);
        await db.Lock(RowLock.Address(normalized!), RowLock.Account(accountId));
        if (await db.Users.AnyAsync(other => other.NormalizedEmail == normalized && other.Id != accountId)
            || !await db.Users.AnyAsync(a => a.Id == accountId && a.Deleted == null))
            return false;
        post.Add(db, letter);
        return true;
    }
}

/// <summary>What came of asking for another address.</summary>
public abstract record AddressOutcome
{
    private AddressOutcome() { }

    /// <summary>A link is on its way, unless the address is another account's.</summary>
    public sealed record Sent : AddressOutcome;

    /// <summary>That is no address.</summary>
    public sealed record NoAddress : AddressOutcome;

    /// <summary>This server sends no mail.</summary>
    public sealed record NoMail : AddressOutcome;

    /// <summary>Accounts are for addresses at other hosts.</summary>
    public sealed record OtherDomain(IReadOnlyList<string> Domains) : AddressOutcome;

    /// <summary>As many links as an hour allows have gone to it.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : AddressOutcome;
}
