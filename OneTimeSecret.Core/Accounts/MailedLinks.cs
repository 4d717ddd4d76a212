using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// The rate limit of account links: how many links one address may receive in an hour, whoever requests them. The limit keeps people from
/// flooding a mailbox through this server. Links also work for an hour, so an owner whose limit a stranger used up has a working link.
/// </summary>
public sealed class MailedLinks(SignInTries tries, IOptions<LimitOptions> limits)
{
    /// <summary>Counts a link. Returns null if the link may be sent, otherwise how long to wait.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was counted.</exception>
    internal Task<TimeSpan?> Spend(EmailAddress address, CancellationToken cancellation) => tries.Spend(
        cancellation, new TryLimit("link", address.Key, limits.Value.LinksPerHour, TimeSpan.FromHours(1)));
}
