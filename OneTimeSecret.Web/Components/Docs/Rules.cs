using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Resources;

namespace OneTimeSecret.Web.Components.Docs;

/// <summary>The rules, limits and refusals of this server as texts, with its configured values.</summary>
internal sealed class Rules(
    IStringLocalizer<Texts> text, IOptions<SecretOptions> secrets, IOptions<PassphraseOptions> passphrases,
    IOptions<LimitOptions> limits, IOptions<MailOptions> mail)
{
    /// <summary>The text of a parameter's rule.</summary>
    public string Of(string rule) => rule switch
    {
        "secret" => Rule(rule, secrets.Value.MaxBytes),
        "passphrase" => Rule(rule, passphrases.Value.MinLength, passphrases.Value.MaxLength),
        "ttl" => Rule(rule,
            secrets.Value.DefaultTtl, Words(secrets.Value.DefaultTtl), secrets.Value.MinTtl, secrets.Value.MaxTtlAnonymous,
            Words(secrets.Value.MaxTtlAnonymous), secrets.Value.MaxTtlAccount, Words(secrets.Value.MaxTtlAccount)),
        "recipient" when !mail.Value.Sends() => Rule("recipient.NoMail"),
        "recipient" => Rule(rule, DraftRules.MaxRecipients),
        "length" => Rule(rule, PasswordRecipe.MaxLength, PasswordRecipe.DefaultLength),
        _ => Rule(rule),
    };

    /// <summary>How a lost answer to a reveal is fetched again. Null: not on this server.</summary>
    public string? Again => secrets.Value.RetrySeconds is > 0 and var seconds ? text["ApiDocs.Reveal.Again", seconds].Value : null;

    /// <summary>The rate limits.</summary>
    public IEnumerable<string> Requests()
    {
        if (!limits.Value.Enabled)
            return [text["ApiDocs.Limits.Off"]];
        var window = Minutes(limits.Value.WindowMinutes);
        var factor = (long)limits.Value.AccountFactor;
        return
        [
            text["ApiDocs.Limits.Creates", window, limits.Value.Creates, limits.Value.Creates * factor],
            text["ApiDocs.Limits.Reveals", window, limits.Value.Reveals, limits.Value.Reveals * factor],
            .. !mail.Value.Sends() ? Array.Empty<string>() :
            [
                text["ApiDocs.Limits.Mails",
                    limits.Value.MailsPerAccount, limits.Value.MailsOnFirstDay, limits.Value.MailsPerRecipient],
            ],
        ];
    }

    /// <summary>The limits on wrong passphrases.</summary>
    public IEnumerable<string> Guesses() =>
    [
        text["ApiDocs.Limits.Client", limits.Value.TriesPerClient, Minutes(limits.Value.LockMinutes)],
        text["ApiDocs.Limits.Lock",
            limits.Value.TriesPerLock, Minutes(limits.Value.LockMinutes), Minutes(limits.Value.MaxLockMinutes)],
        text["ApiDocs.Limits.All", limits.Value.TriesInAll, limits.Value.LiftsInAll],
    ];

    /// <summary>Every refusal: its status class (null: none), its message, and its cause if the message does not name it.</summary>
    public IEnumerable<(int? Class, string Message, string? Cause)> Refusals() =>
    [
        (null, "Unknown secret", Cause("Unknown")),
        (null, "Not Found", Cause("NotFound")),
        (400, "You did not provide anything to share", Cause("Nothing")),
        (400, $"Secret value exceeds the maximum size of {secrets.Value.MaxBytes} bytes", Cause("TooLarge")),
        (400, $"Passphrase must be at least {passphrases.Value.MinLength} characters long", null),
        (400, $"Passphrase must be no more than {passphrases.Value.MaxLength} characters long", null),
        (400, $"Generated password length must be no more than {PasswordRecipe.MaxLength} characters", null),
        (400, "Generated password length must be at least 1 character", Cause("LengthShort")),
        (400, "An account is required to send emails.", Cause("Account")),
        (400, "Undeliverable email address: …", Cause("Recipient")),
        (400, "Too many recipients", null),
        (400, "This server does not send email.", Cause("NoMail")),
        (400, "Incorrect payload format", Cause("Format")),
        (401, "Not authorized", Cause("Credentials")),
        (403, "Not authorized", Cause("Scope")),
        (429, "Apologies dear citizen! You have been rate limited.", Cause("Rate")),
    ];

    private string Cause(string name) => text["ApiDocs.Refused." + name];

    private string Rule(string name, params object[] values) => text["ApiDocs.Rule." + name, values];

    private string Minutes(int minutes) => Words(minutes * 60);

    private string Words(int seconds) => Span.Words(text, seconds);
}
