using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// The limits on mails with links about accounts. They are counted twice. A request counts for whoever makes it, whether or not it leads
/// to a mail: the answer depends on these counts alone, and so reveals no account. A mail counts for its mailbox when it is queued, so
/// nobody uses up a mailbox's limit without mailing working links to it. Each use of a link has limits of its own.
/// </summary>
public sealed class MailedLinks(SignInTries tries, RefusalBursts refusals, IOptions<LimitOptions> limits, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // One network has half of the mails for sign-up at most, so it cannot use them up (docs/adr/0012).
    private readonly WindowCounter _networks = new((limits.Value.SignUpMailsPerHour + 1) / 2, Window, time);
    private readonly WindowCounter _server = new(limits.Value.SignUpMailsPerHour, Window, time);
    private readonly WindowCounter _accounts = new(limits.Value.LinksPerAsker, Window, time);
    private readonly Dictionary<LinkUse, ClientCounter> _clients = Enum.GetValues<LinkUse>().ToDictionary(
        use => use,
        use => new ClientCounter(
            use is LinkUse.SignUp ? limits.Value.SignUpMailsPerClient : limits.Value.LinksPerAsker,
            limits.Value.NetworkFactor, Window, time));

    /// <summary>Counts a request for a link. Null: it may go on. If one limit is reached, nothing is counted.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was counted.</exception>
    internal async Task<LinkRefusal?> Ask(LinkRequest request, CancellationToken cancellation)
    {
        var counted = new Stack<Action>();
        try
        {
            foreach (var (limit, spend, refund) in Counters(request))
            {
                if (spend() is { } full)
                    return Refuse(request, limit, full);
                counted.Push(refund);
            }
            if ((await tries.Spend(cancellation, OfAsker(request))).Wait is { } wait)
                return Refuse(request, LinkLimit.Address, wait);
            counted.Clear();
            return null;
        }
        finally
        {
            foreach (var refund in counted)
                refund();
        }
    }

    /// <summary>Counts the mail for its mailbox, in the operation that queues it, or says how long the mailbox gets no more.</summary>
    internal Task<SpentTry> Spend(OtsDbContext db, LinkRequest request) => tries.Spend(db, OfMailbox(request));

    /// <summary>Undoes <see cref="Spend"/> in the same operation.</summary>
    internal Task<int> Refund(OtsDbContext db, SpentTry spent) => tries.Refund(db, spent);

    /// <summary>A request led to no mail: the server may send another one in its place.</summary>
    internal void NotMailed(OtsDbContext db, LinkRequest request)
    {
        if (request.Use is not LinkUse.SignUp)
            return;
        db.AfterCommit(() =>
        {
            _networks.Refund(ClientAddress.Of(request.By.Client).Neighbours, 1, request.At);
            _server.Refund("", 1, request.At);
        });
    }

    private IEnumerable<(LinkLimit Limit, Func<TimeSpan?> Spend, Action Refund)> Counters(LinkRequest request)
    {
        var (client, clients, at) = (ClientAddress.Of(request.By.Client), _clients[request.Use], request.At);
        yield return (LinkLimit.Asker, () => clients.Spend(client), () => clients.Refund(client, 1, at));
        if (request.By.Account?.Id.ToString() is { } account)
            yield return (LinkLimit.Asker, () => _accounts.Spend(account), () => _accounts.Refund(account, 1, at));
        if (request.Use is not LinkUse.SignUp)
            yield break;
        yield return (LinkLimit.Asker, () => _networks.Spend(client.Neighbours), () => _networks.Refund(client.Neighbours, 1, at));
        yield return (LinkLimit.Server, () => _server.Spend(""), () => _server.Refund("", 1, at));
    }

    private LinkRefusal Refuse(LinkRequest request, LinkLimit limit, TimeSpan wait)
    {
        refusals.Count(AuditKind.RequestsLimited, request.By);
        return new LinkRefusal(limit, wait);
    }

    private TryLimit OfAsker(LinkRequest request) => new(
        $"link-asked-{request.Use}",
        $"{request.Address.Mailbox}\n{request.Owner ?? request.By.Account?.Id.ToString() ?? request.By.Client}",
        limits.Value.LinksPerHour, Window);

    private TryLimit OfMailbox(LinkRequest request) => request.Owner is { } owner
        ? new($"link-owner-{request.Use}", owner, limits.Value.LinksPerHour, Window)
        : new($"link-{request.Use}", request.Address.Mailbox, limits.Value.LinksPerMailbox, Window);
}

/// <summary>A request for a mail with a link.</summary>
/// <param name="Use">What the link does.</param>
/// <param name="Address">The address that somebody typed.</param>
/// <param name="By">Who requests it.</param>
/// <param name="At">When, as a timestamp of the clock.</param>
/// <param name="Owner">
/// The account, or a browser that has signed in to it before, if the address is its own. Its requests and mails are counted apart, so that
/// strangers cannot use up its limit. Null: anybody may have typed the address.
/// </param>
internal sealed record LinkRequest(LinkUse Use, EmailAddress Address, Caller By, long At, string? Owner = null);

/// <summary>What a mailed link does. The names are hashed with what is counted.</summary>
internal enum LinkUse
{
    /// <summary>Sets the first password of an account.</summary>
    SignUp,

    /// <summary>Sets a new password.</summary>
    Password,

    /// <summary>Verifies an address of an account.</summary>
    Address,
}

/// <summary>Why a link is not mailed.</summary>
/// <param name="Limit">Which limit is reached.</param>
/// <param name="RetryAfter">How long to wait.</param>
public sealed record LinkRefusal(LinkLimit Limit, TimeSpan RetryAfter);

/// <summary>The limits on requests for links.</summary>
public enum LinkLimit
{
    /// <summary>Of this asker for this address.</summary>
    Address,

    /// <summary>Of this asker for all addresses.</summary>
    Asker,

    /// <summary>Of everybody: mails for sign-up.</summary>
    Server,
}
