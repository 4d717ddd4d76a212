using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MimeKit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Builds the message of a mail, as text and as HTML. Its headers contain no user input except addresses.</summary>
public sealed class ComposeMail(
    IStringLocalizer text, IOptions<SiteOptions> site, IOptions<BrandOptions> brand, IOptions<MailOptions> options, KeyRing ring,
    TimeProvider time)
{
    /// <summary>The accent colour of wwwroot/app.css. White text is readable on it, as on those in <see cref="BrandOptions"/>.</summary>
    private const string DefaultAccent = "#0b5cad";

    private readonly WriteLetter _letters = new(text, site, brand, ring, time);

    /// <summary>Builds the message. Its Message-ID depends only on the id, so that duplicates are recognised.</summary>
    /// <param name="content">The content. Needs <see cref="SiteOptions.PublicUrl"/>.</param>
    /// <returns>A message that is ready to be sent.</returns>
    /// <exception cref="MailException">An address is not valid, so a retry is useless.</exception>
    public MimeMessage Run(Guid id, MailContent content)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            // Dates and numbers follow the language of the text, not the machine's settings.
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(text["Mail.Culture"]);
            return Compose(id, content);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>Builds the message of a sealed <see cref="MailContent"/>.</summary>
    /// <param name="ownerId">The account in the box's associated data.</param>
    /// <param name="box">The sealed content.</param>
    /// <exception cref="BrokenBoxException">The box was changed outside the program.</exception>
    /// <exception cref="MailException">An address is not valid, so a retry is useless.</exception>
    internal MimeMessage Run(Guid id, Guid ownerId, byte[] box) => Run(id, MailContent.Open(ring, id, ownerId, box));

    private MimeMessage Compose(Guid id, MailContent content)
    {
        var letter = _letters.Run(content);
        var message = new MimeMessage
        {
            MessageId = $"{id:N}@{site.Value.PublicHost()}",
            Date = time.GetUtcNow(),
            Subject = letter.Subject,
            Body = new MultipartAlternative
            {
                new TextPart("plain") { Text = PlainLetter.Write(letter) },
                new TextPart("html") { Text = HtmlLetter.Write(letter, brand.Value.Accent ?? DefaultAccent, CultureInfo.CurrentCulture) },
            },
        };
        message.From.Add(Mailbox(brand.Value.Name, options.Value.From!));
        message.To.Add(Mailbox(null, content.To));
        if (content is SecretLinkMail { From: var sender })
            message.ReplyTo.Add(Mailbox(null, sender));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834: prevents automatic replies
        if (_letters.OptOutAddress(content) is { } address)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{address}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); // RFC 8058
        }
        return message;
    }

    private static MailboxAddress Mailbox(string? name, string address)
    {
        try
        {
            return new MailboxAddress(name, address);
        }
        catch (ParseException fault)
        {
            throw new MailException("The address of the sender or the recipient is not a valid e-mail address.", isFinal: true, fault);
        }
    }
}
