using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>
/// Mails a link that verifies an address of an account: a new one, or the one that it already has. The account changes only when its owner
/// opens the link (<see cref="ConfirmAddress"/>).
/// </summary>
public sealed class SendAddressLink(
    UserManager<Account> accounts, AddressRules rules, MailedLinks mailed, PostMail post, UnseenWork unseen, TimeProvider time)
{
    /// <summary>Mails a link to <paramref name="email"/>. The outcome does not reveal whether another account has the address.</summary>
    /// <param name="asker">The account.</param>
    /// <param name="email">The address as typed.</param>
    /// <param name="client">The client's network identity.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was sent.</exception>
    public async Task<AddressOutcome> Run(SignedIn asker, string email, string client, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            return new AddressOutcome.NoAddress();
        if (!rules.SendsMail)
            return new AddressOutcome.NoMail();
        if (!rules.Takes(address))
            return new AddressOutcome.OtherDomain(rules.Domains);
        var isOwn = EmailAddress.ParseStored(asker.Email) == address;
        var request = new LinkRequest(
            LinkUse.Address, address, new Caller(client, asker), time.GetTimestamp(), isOwn ? asker.Id.ToString() : null);
        if (await mailed.Ask(request, cancellation) is { } refusal)
            return new AddressOutcome.TooMany(refusal);
        if (await accounts.FindByIdAsync(asker.Id.ToString()) is not { } account)
            return new AddressOutcome.Sent(); // the account was deleted meanwhile
        var token = await accounts.GenerateChangeEmailTokenAsync(account, address.Text);
        var letter = post.Prepare(
            MailKind.AddressLink, account.Id,
            new AddressLinkMail(address.Text, account.Id, token, time.GetUtcNow() + AccountLinks.Lifetime));
        unseen.Write(db => Add(db, letter, account.Id, request));
        return new AddressOutcome.Sent();
    }

    private async Task<bool> Add(OtsDbContext db, PreparedMail letter, Guid accountId, LinkRequest request)
    {
        await db.Lock(RowLock.Address(request.Address.Key), RowLock.Account(accountId));
        if (await db.Users.WithAddress(request.Address).AnyAsync(other => other.Id != accountId)
            || !await db.Users.AnyAsync(a => a.Id == accountId && a.Deleted == null)
            || (await mailed.Spend(db, request)).Wait is not null)
            return false;
        post.Add(db, letter);
        return true;
    }
}

/// <summary>The result of requesting a link to an address.</summary>
public abstract record AddressOutcome
{
    private AddressOutcome() { }

    /// <summary>A link will be mailed, unless another account has the address.</summary>
    public sealed record Sent : AddressOutcome;

    /// <summary>The text is not a valid address.</summary>
    public sealed record NoAddress : AddressOutcome;

    /// <summary>This server sends no mail.</summary>
    public sealed record NoMail : AddressOutcome;

    /// <summary>Accounts may only have addresses at <paramref name="Domains"/>.</summary>
    public sealed record OtherDomain(IReadOnlyList<string> Domains) : AddressOutcome;

    /// <summary>As many links were requested as one hour allows.</summary>
    public sealed record TooMany(LinkRefusal Refusal) : AddressOutcome;
}
