using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// How many account links an address may be sent in an hour, whoever asks, so that nobody fills a mailbox through this server. A link works
/// as long as that hour: whoever is locked out by a stranger's requests has a working link.
/// </summary>
public sealed class MailedLinks(SignInTries tries, IOptions<LimitOptions> limits)
{
    /// <summary>Counts a link; null: it may be sent, otherwise how long to wait.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was counted.</exception>
    internal Task<TimeSpan?> Spend(EmailAddress address, CancellationToken cancellation) => tries.Spend(
        cancellation, new TryLimit("link", AccountLookup.Normalize(address.Text)!, limits.Value.LinksPerHour, TimeSpan.FromHours(1)));
}
