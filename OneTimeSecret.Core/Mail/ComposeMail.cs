using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MimeKit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Makes the mail of a content: the same words as text and as HTML; nothing in its headers is a user's but addresses.</summary>
public sealed class ComposeMail(
    IStringLocalizer text, IOptions<SiteOptions> site, IOptions<BrandOptions> brand, IOptions<MailOptions> options, KeyRing ring,
    TimeProvider time)
{
    /// <summary>The accent of wwwroot/app.css. White can be read on it, as on any that <see cref="BrandOptions"/> takes.</summary>
    private const string DefaultAccent = "#0b5cad";

    private readonly WriteLetter _letters = new(text, site, brand, ring, time);

    /// <summary>The mail. Its Message-ID is always the same, so that a second delivery is known for what it is.</summary>
    /// <param name="id">The mail's id.</param>
    /// <param name="content">What it is to say. Needs <see cref="SiteOptions.PublicUrl"/>.</param>
    /// <returns>A mail that is ready to be sent.</returns>
    /// <exception cref="MailException">An address in it is none; final.</exception>
    public MimeMessage Run(Guid id, MailContent content)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            // Dates and numbers in the language of the words, whatever the machine's own.
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(text["Mail.Culture"]);
            return Compose(id, content);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>The mail of a sealed content (<see cref="MailContent"/>).</summary>
    /// <param name="id">The mail's id.</param>
    /// <param name="ownerId">The account that the box names.</param>
    /// <param name="box">The content.</param>
    /// <exception cref="BrokenBoxException">The box was changed outside the program.</exception>
    /// <exception cref="MailException">An address in it is none; final.</exception>
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
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834: nobody's holiday answers it
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
            throw new MailException("The address of the sender or of the recipient is none by the rules of mail.", isFinal: true, fault);
        }
    }
}
