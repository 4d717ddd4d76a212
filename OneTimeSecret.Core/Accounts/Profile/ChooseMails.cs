using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>Sets which mails about its secrets an account gets. A new account gets none.</summary>
public sealed class ChooseMails(WriteTransaction write)
{
    /// <summary>Sets the given choices and leaves the others unchanged.</summary>
    /// <param name="email">The account's address.</param>
    /// <param name="viewed">Whether to send a mail when a secret is viewed. Null: unchanged.</param>
    /// <param name="expiry">Whether to send a mail when a secret is still unread a day before it expires. Null: unchanged.</param>
    /// <returns>The choices that now apply.</returns>
    /// <exception cref="AccountException">There is no such account.</exception>
    public async Task<(bool Viewed, bool Expiry)> Run(string email, bool? viewed, bool? expiry, CancellationToken cancellation)
    {
        var account = await write.Run(
            async db =>
            {
                var id = (await db.FindAccount(email, CancellationToken.None)).Id;
                await Set(db, id, viewed, expiry);
                return await db.Users.AsNoTracking().SingleAsync(a => a.Id == id);
            },
            cancellation);
        return (account.MailWhenViewed, account.MailBeforeExpiry);
    }

    /// <summary>Sets both choices of the account <paramref name="accountId"/>.</summary>
    public Task Run(Guid accountId, bool viewed, bool expiry, CancellationToken cancellation) =>
        write.Run(db => Set(db, accountId, viewed, expiry), cancellation);

    private static Task<int> Set(OtsDbContext db, Guid id, bool? viewed, bool? expiry) =>
        db.Users.Where(a => a.Id == id && a.Deleted == null).ExecuteUpdateAsync(set => set
            .SetProperty(a => a.MailWhenViewed, a => viewed ?? a.MailWhenViewed)
            .SetProperty(a => a.MailBeforeExpiry, a => expiry ?? a.MailBeforeExpiry));
}
