using System.ComponentModel.DataAnnotations;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Limits</c>: how often a client may ask and guess.</summary>
public sealed class LimitOptions : IValidatableObject
{
    /// <summary>
    /// False switches the limits on requests and mails off (load tests), never those on passphrases, signing in and live pages.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Creates of one client address in a window.</summary>
    [Range(1, 10_000_000)]
    public int Creates { get; set; } = 1000;

    /// <summary>Reveals of one client address in a window.</summary>
    [Range(1, 10_000_000)]
    public int Reveals { get; set; } = 1000;

    /// <summary>How many times as much an account may do.</summary>
    [Range(1, 1000)]
    public int AccountFactor { get; set; } = 10;

    /// <summary>How many times as much an IPv6 /48 may do as one /64 of it.</summary>
    [Range(1, 1000)]
    public int NetworkFactor { get; set; } = 16;

    /// <summary>The window in minutes.</summary>
    [Range(1, 1440)]
    public int WindowMinutes { get; set; } = 20;

    /// <summary>Wrong passphrases from one client that lock that client out of the secret.</summary>
    [Range(1, 1000)]
    public int TriesPerClient { get; set; } = 5;

    /// <summary>Wrong passphrases from everybody that lock the secret; each further multiple locks twice as long.</summary>
    [Range(1, 10_000)]
    public int TriesPerLock { get; set; } = 20;

    /// <summary>Wrong passphrases in the whole life of a secret after which only the metadata key's holder unlocks it.</summary>
    [Range(1, 100_000)]
    public int TriesInAll { get; set; } = 100;

    /// <summary>How often in the whole life of a secret the metadata key's holder may lift its locks.</summary>
    [Range(0, 1000)]
    public int LiftsInAll { get; set; } = 10;

    /// <summary>The first lock in minutes.</summary>
    [Range(1, 1440)]
    public int LockMinutes { get; set; } = 30;

    /// <summary>The longest lock in minutes.</summary>
    [Range(1, 10_080)]
    public int MaxLockMinutes { get; set; } = 1440;

    /// <summary>Receipt pages of one client address that are kept up to date at a time.</summary>
    [Range(0, 100_000)]
    public int LivePagesPerClient { get; set; } = 50;

    /// <summary>Receipt pages of all clients that are kept up to date at a time.</summary>
    [Range(0, 100_000)]
    public int LivePages { get; set; } = 5000;

    /// <summary>After so many minutes a page has to ask anew to be kept up to date, which browsers do by themselves.</summary>
    [Range(1, 1440)]
    public int LiveMinutes { get; set; } = 60;

    /// <summary>Mails with links that an account may send in a day.</summary>
    [Range(0, 1_000_000)]
    public int MailsPerAccount { get; set; } = 50;

    /// <summary>Mails with links that an account may send in its first day.</summary>
    [Range(0, 1_000_000)]
    public int MailsOnFirstDay { get; set; } = 5;

    /// <summary>Mails with links that an address may get in a day, from all accounts.</summary>
    [Range(0, 1_000_000)]
    public int MailsPerRecipient { get; set; } = 5;

    /// <summary>Posts of sign-in, sign-up and password forms of one client address in a window.</summary>
    [Range(1, 10_000_000)]
    public int SignIns { get; set; } = 300;

    /// <summary>Wrong passwords for one address from one client, or from one device that signed in before.</summary>
    [Range(1, 1000)]
    public int SignInsPerClient { get; set; } = 5;

    /// <summary>Wrong passwords for one address from all clients, devices that signed in before left out.</summary>
    [Range(1, 100_000)]
    public int SignInsPerAccount { get; set; } = 30;

    /// <summary>Minutes in which wrong passwords are counted together, from the first on.</summary>
    [Range(1, 1440)]
    public int SignInMinutes { get; set; } = 15;

    /// <summary>Wrong codes of authenticator apps, and wrong recovery codes, for one account in a day.</summary>
    [Range(1, 1000)]
    public int CodesPerDay { get; set; } = 20;

    /// <summary>Mails with links of sign-up, password and address that one address can be sent in an hour.</summary>
    [Range(1, 1000)]
    public int LinksPerHour { get; set; } = 5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxLockMinutes < LockMinutes)
            yield return new($"must not be below LockMinutes ({LockMinutes})", [nameof(MaxLockMinutes)]);
        if (TriesInAll < TriesPerLock)
            yield return new($"must not be below TriesPerLock ({TriesPerLock})", [nameof(TriesInAll)]);
        if (LivePages < LivePagesPerClient)
            yield return new($"must not be below LivePagesPerClient ({LivePagesPerClient})", [nameof(LivePages)]);
    }

    /// <summary>Until when a client is locked out after its <paramref name="tries"/>-th wrong passphrase; null: it is not.</summary>
    internal DateTimeOffset? ClientLock(int tries, DateTimeOffset now) =>
        tries % TriesPerClient == 0 ? now.AddMinutes(LockMinutes) : null;

    /// <summary>Until when the secret is locked after the <paramref name="tries"/>-th wrong passphrase in all; null: it is not.</summary>
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
