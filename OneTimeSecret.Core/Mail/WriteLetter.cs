using System.Text;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Writes the letter of each kind of mail, with the texts named <c>Mail.…</c>.</summary>
internal sealed class WriteLetter(
    IStringLocalizer text, IOptions<SiteOptions> site, IOptions<BrandOptions> brand, KeyRing ring, TimeProvider time)
{
    private string Origin => site.Value.PublicOrigin()!;

    public MailText Run(MailContent content) => content switch
    {
        SecretLinkMail mail => Letter("SecretLink",
            Paragraph("Mail.SecretLink.Who", Isolated(mail.From), brand.Value.Name),
            new MailPart.Button(text["Mail.SecretLink.Open"], $"{Origin}/secret/{mail.SecretKey}"),
            Paragraph("Mail.SecretLink.Once"),
            Paragraph("Mail.SecretLink.Until", Instant(mail.Expires), Left(mail.Expires)),
            mail.HasPassphrase ? Paragraph("Mail.SecretLink.Passphrase") : null,
            Note("Mail.SecretLink.Unexpected"),
            Foot(),
            new MailPart.NoteLink(text["Mail.SecretLink.OptOut"], OptOutAddress(mail)!)),
        SecretViewedMail mail => Letter("SecretViewed",
            Paragraph("Mail.SecretViewed.What", mail.ShortId, Instant(mail.Viewed)),
            Paragraph("Mail.SecretViewed.Check"),
            Recent(),
            Note("Mail.Asked"),
            Foot()),
        ExpiryWarningMail mail => Letter("ExpiryWarning",
            Paragraph("Mail.ExpiryWarning.What", mail.ShortId, Instant(mail.Expires), Left(mail.Expires)),
            Paragraph("Mail.ExpiryWarning.Check"),
            Recent(),
            Note("Mail.Asked"),
            Foot()),
        PasswordLinkMail mail => Letter($"PasswordLink.{mail.Reason}",
            Paragraph($"Mail.PasswordLink.{mail.Reason}.What", Isolated(mail.To), brand.Value.Name),
            new MailPart.Button(text["Mail.PasswordLink.Set"], Origin + AccountLinks.Password(mail.To, mail.Token)),
            Paragraph("Mail.Link.Until", Instant(mail.Expires), Left(mail.Expires)),
            Note($"Mail.PasswordLink.{mail.Reason}.Unexpected"),
            Foot()),
        AddressLinkMail mail => Letter("AddressLink",
            Paragraph("Mail.AddressLink.What", Isolated(mail.To), brand.Value.Name),
            new MailPart.Button(text["Mail.AddressLink.Prove"], Origin + AccountLinks.Address(mail.AccountId, mail.To, mail.Token)),
            Paragraph("Mail.Link.Until", Instant(mail.Expires), Left(mail.Expires)),
            Note("Mail.AddressLink.Unexpected"),
            Foot()),
        AccountNoticeMail { Event: AccountEvent.AccountDeleted } mail => Letter($"Notice.{mail.Event}",
            Paragraph($"Mail.Notice.{mail.Event}.What", Isolated(mail.To), brand.Value.Name),
            Who(mail),
            Foot()),
        AccountNoticeMail mail => Letter($"Notice.{mail.Event}",
            Paragraph($"Mail.Notice.{mail.Event}.What", Isolated(mail.To), brand.Value.Name),
            Who(mail),
            mail.Client is null ? null : Paragraph("Mail.Notice.Yours"),
            mail.Client is null ? null : Paragraph("Mail.Notice.NotYours"),
            new MailPart.Button(text["Mail.Notice.Security"], $"{Origin}/account/security"),
            Foot()),
        TestMail => Letter("Test", Paragraph("Mail.Test.What", brand.Value.Name), Note("Mail.Test.Why"), Foot()),
        _ => throw new InvalidOperationException($"{content.GetType()} is not a known kind of mail."),
    };

    /// <summary>The link by which the recipient opts out of mails of this kind. Null: this kind has no opt-out.</summary>
    public string? OptOutAddress(MailContent content) =>
        content is SecretLinkMail mail ? $"{Origin}/mail/opt-out/{OptOutToken.Of(EmailAddress.ParseStored(mail.To)!, ring)}" : null;

    private MailText Letter(string kind, params MailPart?[] parts) =>
        new(text[$"Mail.{kind}.Subject"], [new MailPart.Head(brand.Value.Name), .. parts.OfType<MailPart>()]);

    private MailPart.Paragraph Paragraph(string name, params object[] values) => new(text[name, values]);

    private MailPart.Note Note(string name, params object[] values) => new(text[name, values]);

    private MailPart.Paragraph Who(AccountNoticeMail mail) => mail is { Client: { } client, Browser: { } browser }
        ? Paragraph("Mail.Notice.Where", Instant(mail.At), browser, client)
        : Paragraph("Mail.Notice.Operator", Instant(mail.At));

    /// <summary>A link without a metadata key: the reader must sign in to see anything.</summary>
    private MailPart.Button Recent() => new(text["Mail.Recent"], $"{Origin}/recent");

    private MailPart.Note Foot() => Note("Mail.Foot", brand.Value.Name, Origin);

    /// <summary>Puts a non-ASCII address into a Unicode isolate, so that right-to-left letters do not reorder the text around it.</summary>
    private static string Isolated(string address) => Ascii.IsValid(address) ? address : $"\u2068{address}\u2069";

    private string Instant(DateTimeOffset at) => text["Mail.Instant", at.UtcDateTime];

    /// <summary>The remaining time in words, rounded up to a minute, because sending the mail takes some seconds of it.</summary>
    private string Left(DateTimeOffset end)
    {
        var seconds = 60 * (int)Math.Ceiling(Math.Max(1, (end - time.GetUtcNow()).TotalMinutes));
        return Span.Units.Any(unit => unit.Seconds == seconds) ? Span.Words(text, seconds) : Span.About(text, seconds);
    }
}
