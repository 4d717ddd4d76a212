using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Limits</c>: limits on connections, requests, wrong guesses, live pages and mails.</summary>
public sealed class LimitOptions : IValidatableObject
{
    /// <summary>
    /// False switches off the limits on requests in a window and on mails with secret links, for load tests. The limits on wrong guesses,
    /// live pages and links about accounts (<see cref="LinksPerHour"/> and below) always apply.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Secrets that one client address (IPv4, or IPv6 /64) may create in a window.</summary>
    [Range(1, 10_000_000)]
    public int Creates { get; set; } = 1000;

    /// <summary>Megabytes times days of lifetime that one client address may store in a day without an account.</summary>
    [Range(1, 100_000)]
    public int MegabyteDays { get; set; } = 100;

    /// <summary>Secrets that one client address may reveal in a window.</summary>
    [Range(1, 10_000_000)]
    public int Reveals { get; set; } = 1000;

    /// <summary>Factor by which the limits of an account are higher than those of a client address.</summary>
    [Range(1, 1000)]
    public int AccountFactor { get; set; } = 10;

    /// <summary>How many accounts' limits one client address may use in all.</summary>
    [Range(1, 1000)]
    public int AccountsPerClient { get; set; } = 4;

    /// <summary>Factor by which the limits of an IPv6 /48 are higher than those of one /64.</summary>
    [Range(1, 1000)]
    public int NetworkFactor { get; set; } = 16;

    /// <summary>The window in minutes.</summary>
    [Range(1, 1440)]
    public int WindowMinutes { get; set; } = 20;

    /// <summary>Wrong passphrases after which one client is locked out of the secret.</summary>
    [Range(1, 1000)]
    public int TriesPerClient { get; set; } = 5;

    /// <summary>Wrong passphrases from all clients that lock the secret. Each further multiple locks it twice as long.</summary>
    [Range(1, 10_000)]
    public int TriesPerLock { get; set; } = 20;

    /// <summary>Wrong passphrases in a secret's life after which only the holder of the metadata key can unlock it.</summary>
    [Range(1, 100_000)]
    public int TriesInAll { get; set; } = 100;

    /// <summary>How often in a secret's life the holder of the metadata key may lift its locks.</summary>
    [Range(0, 1000)]
    public int LiftsInAll { get; set; } = 10;

    /// <summary>Duration of the first lock in minutes.</summary>
    [Range(1, 1440)]
    public int LockMinutes { get; set; } = 30;

    /// <summary>Duration of the longest lock in minutes.</summary>
    [Range(1, 10_080)]
    public int MaxLockMinutes { get; set; } = 1440;

    /// <summary>
    /// Requests without a limit of their own that one client address may send in a window: of pages and downloads, and all other calls of
    /// the API.
    /// </summary>
    [Range(1, 10_000_000)]
    public int Requests { get; set; } = 6000;

    /// <summary>Open connections of one client address. Does not apply to <see cref="SiteOptions.TrustedProxies"/>.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsPerClient { get; set; } = 500;

    /// <summary>Open connections of all clients and proxies. Each needs a file descriptor.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; set; } = 8000;

    /// <summary>MiB of bodies of one client address in memory at the same time, but always enough for one body.</summary>
    [Range(1, 100_000)]
    public int BodyMegabytesPerClient { get; set; } = 4;

    /// <summary>MiB of bodies of all clients in memory at the same time, but always twice as much as for one client.</summary>
    [Range(1, 100_000)]
    public int BodyMegabytes { get; set; } = 24;

    /// <summary>Seconds in which a body must have arrived.</summary>
    [Range(1, 3600)]
    public int BodySeconds { get; set; } = 60;

    /// <summary>Receipt pages of one client address that get live updates at the same time.</summary>
    [Range(0, 100_000)]
    public int LivePagesPerClient { get; set; } = 50;

    /// <summary>Receipt pages of all clients that get live updates at the same time.</summary>
    [Range(0, 100_000)]
    public int LivePages { get; set; } = 5000;

    /// <summary>Circuits of one client address at the same time: lists and the console's pages with live updates.</summary>
    [Range(0, 100_000)]
    public int CircuitsPerClient { get; set; } = 50;

    /// <summary>Circuits of all clients at the same time.</summary>
    [Range(0, 100_000)]
    public int Circuits { get; set; } = 1000;

    /// <summary>Minutes after which the server ends a stream of live updates. Browsers reconnect by themselves.</summary>
    [Range(1, 1440)]
    public int LiveMinutes { get; set; } = 60;

    /// <summary>Mails with secret links that an account may send in 24 hours.</summary>
    [Range(0, 1_000_000)]
    public int MailsPerAccount { get; set; } = 50;

    /// <summary>Mails with secret links that an account may send in its first 24 hours.</summary>
    [Range(0, 1_000_000)]
    public int MailsOnFirstDay { get; set; } = 5;

    /// <summary>Mails with secret links that an address may get in 24 hours, from all accounts.</summary>
    [Range(0, 1_000_000)]
    public int MailsPerRecipient { get; set; } = 5;

    /// <summary>Posts of sign-in, sign-up and password forms that one client address may send in a window.</summary>
    [Range(1, 10_000_000)]
    public int SignIns { get; set; } = 300;

    /// <summary>Wrong passwords for one address from one client, or from one device that has signed in before.</summary>
    [Range(1, 1000)]
    public int SignInsPerClient { get; set; } = 5;

    /// <summary>Wrong passwords for one address from all clients. Devices that have signed in before are counted separately.</summary>
    [Range(1, 100_000)]
    public int SignInsPerAccount { get; set; } = 30;

    /// <summary>Minutes in which wrong passwords are counted together, from the first one on.</summary>
    [Range(1, 1440)]
    public int SignInMinutes { get; set; } = 15;

    /// <summary>Wrong codes of authenticator apps and wrong recovery codes for one account in 24 hours.</summary>
    [Range(1, 1000)]
    public int CodesPerDay { get; set; } = 20;

    /// <summary>Links of one use (sign-up, password or address) to one mailbox that one asker may request in an hour.</summary>
    [Range(1, 1000)]
    public int LinksPerHour { get; set; } = 5;

    /// <summary>Mails with links of one use that one mailbox may get in an hour, from all askers who may be strangers to it.</summary>
    [Range(1, 10_000)]
    public int LinksPerMailbox { get; set; } = 10;

    /// <summary>Links for password and address that one client address or account may request in an hour, to all addresses.</summary>
    [Range(1, 100_000)]
    public int LinksPerAsker { get; set; } = 20;

    /// <summary>Mails for sign-up that one client address may request in an hour.</summary>
    [Range(1, 100_000)]
    public int SignUpMailsPerClient { get; set; } = 10;

    /// <summary>Mails for sign-up that the server sends in an hour. One network (IPv4 /24, IPv6 /48) gets half of them at most.</summary>
    [Range(1, 1_000_000)]
    public int SignUpMailsPerHour { get; set; } = 200;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxLockMinutes < LockMinutes)
            yield return new($"must not be below LockMinutes ({LockMinutes})", [nameof(MaxLockMinutes)]);
        if (TriesInAll < TriesPerLock)
            yield return new($"must not be below TriesPerLock ({TriesPerLock})", [nameof(TriesInAll)]);
        if (LivePages < LivePagesPerClient)
            yield return new($"must not be below LivePagesPerClient ({LivePagesPerClient})", [nameof(LivePages)]);
        if (Circuits < CircuitsPerClient)
            yield return new($"must not be below CircuitsPerClient ({CircuitsPerClient})", [nameof(Circuits)]);
        if (Connections < ConnectionsPerClient)
            yield return new($"must not be below ConnectionsPerClient ({ConnectionsPerClient})", [nameof(Connections)]);
        if (BodyMegabytes < BodyMegabytesPerClient)
            yield return new($"must not be below BodyMegabytesPerClient ({BodyMegabytesPerClient})", [nameof(BodyMegabytes)]);
        if (LinksPerMailbox < LinksPerHour)
            yield return new($"must not be below LinksPerHour ({LinksPerHour})", [nameof(LinksPerMailbox)]);
        if (SignUpMailsPerHour < SignUpMailsPerClient)
            yield return new($"must not be below SignUpMailsPerClient ({SignUpMailsPerClient})", [nameof(SignUpMailsPerHour)]);
    }

    /// <summary>When the lock of a client ends after its <paramref name="tries"/>-th wrong passphrase. Null: no lock.</summary>
    internal DateTimeOffset? ClientLock(int tries, DateTimeOffset now) =>
        tries % TriesPerClient == 0 ? now.AddMinutes(LockMinutes) : null;

    /// <summary>When the lock of the secret ends after the <paramref name="tries"/>-th wrong passphrase in all. Null: no lock.</summary>
    internal DateTimeOffset? SecretLock(int tries, DateTimeOffset now)
    {
        if (tries >= TriesInAll)
            return DateTimeOffset.MaxValue;
        if (tries % TriesPerLock != 0)
            return null;
        var doublings = Math.Min((tries / TriesPerLock) - 1, 20);
        return now.AddMinutes(Math.Min((long)LockMinutes << doublings, MaxLockMinutes));
    }
}
