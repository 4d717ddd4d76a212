using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>
/// Sends a link to a new address of an account, or to the one that it has to prove it: only who opens the link changes anything
/// (<see cref="ConfirmAddress"/>).
/// </summary>
public sealed class SendAddressLink(
    UserManager<Account> accounts, AddressRules rules, MailedLinks mailed, PostMail post, UnseenWork unseen, TimeProvider time)
{
    /// <summary>Sends a link to <paramref name="email"/>. Whether it belongs to another account already, nobody is told.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was sent.</exception>
    public async Task<AddressOutcome> Run(SignedIn asker, string email, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            return new AddressOutcome.NoAddress();
        if (!rules.SendsMail)
            return new AddressOutcome.NoMail();
        if (!rules.Takes(address))
            return new AddressOutcome.OtherDomain(rules.Domains);
        if (await mailed.Spend(address, cancellation) is { } wait)
            return new AddressOutcome.TooMany(wait);
        if (await accounts.FindByIdAsync(asker.Id.ToString()) is not { } account)
            return new AddressOutcome.Sent(); // deleted meanwhile: nothing is left to say to its owner
        var token = await accounts.GenerateChangeEmailTokenAsync(account, address.Text);
        var letter = post.Prepare(
            MailKind.AddressLink, account.Id,
            new AddressLinkMail(address.Text, account.Id, token, time.GetUtcNow() + AccountLinks.Lifetime));
        unseen.Write(db => Add(db, letter, account.Id, address));
        return new AddressOutcome.Sent();
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
