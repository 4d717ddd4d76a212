using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// How many links of accounts an address may be sent, whoever asks: nobody's mailbox is filled through this server. In an hour, which is
/// as long as a link works: whoever asks for too many in another's name has sent him those that he needs.
/// </summary>
public sealed class MailedLinks(SignInTries tries, IOptions<LimitOptions> limits)
{
    /// <summary>Counts a link; null: it may be sent, otherwise how long to wait.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was counted.</exception>
    internal Task<TimeSpan?> Spend(EmailAddress address, CancellationToken cancellation) => tries.Spend(
        cancellation, new TryLimit("link", AccountLookup.Normalize(address.Text)!, limits.Value.LinksPerHour, TimeSpan.FromHours(1)));
}
