using System.Globalization;
using System.Text.Encodings.Web;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// Writes a letter as HTML that every mail program shows in the same way. It loads nothing (no pictures, no scripts), so nobody learns
/// that it was read. Styles are inline, because mail programs drop style sheets. Only the button sets a text colour, because mail
/// programs choose light or dark backgrounds, on which a fixed one could be unreadable.
/// </summary>
internal static class HtmlLetter
{
    private const string Font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

    /// <summary>Long addresses wrap. <c>word-break</c> is for programs that do not know <c>overflow-wrap</c>.</summary>
    private const string Type = "font-size:16px;line-height:1.5;overflow-wrap:anywhere;word-break:break-word";

    /// <summary>Writes the letter.</summary>
    /// <param name="text">The letter.</param>
    /// <param name="accent">Background colour of the button. White text must be readable on it.</param>
    /// <param name="culture">The language of the text.</param>
    public static string Write(MailText text, string accent, CultureInfo culture) =>
        $"""
        <!DOCTYPE html>
        <html lang="{culture.TwoLetterISOLanguageName}" dir="{(culture.TextInfo.IsRightToLeft ? "rtl" : "ltr")}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Encode(text.Subject)}</title>
        </head>
        <body style="margin:0;padding:0;color-scheme:light dark">
        <div style="max-width:36rem;margin:0 auto;padding:24px 20px;{Font};{Type}">
        {string.Join('\n', text.Parts.Select((part, i) => Write(part, i > 0 && IsSmall(part) && !IsSmall(text.Parts[i - 1]), accent)))}
        </div>
        </body>
        </html>

        """;

    private static string Write(MailPart part, bool isFirstSmall, string accent) => part switch
    {
        MailPart.Head(var text) => $"""<p style="margin:0 0 24px;font-size:14px;font-weight:600">{Encode(text)}</p>""",
        MailPart.Paragraph(var text) => $"""<p style="margin:0 0 16px">{Encode(text)}</p>""",
        MailPart.Button(var label, var address) =>
            $"""
            <table role="presentation" cellpadding="0" cellspacing="0" style="margin:24px 0 12px;border-collapse:separate"><tr>
            <td bgcolor="{accent}" style="border-radius:8px;background:{accent}">
            <a href="{Encode(address)}" style="{ButtonStyle(accent)}">{Encode(label)}</a></td>
            </tr></table>
            <p translate="no" style="margin:0 0 24px;font-size:14px">{Encode(address)}</p>
            """,
        MailPart.Note(var text) => $"""<p style="{NoteStyle(isFirstSmall)}">{Encode(text)}</p>""",
        MailPart.NoteLink(var label, var address) =>
            $"""<p style="{NoteStyle(isFirstSmall)}"><a href="{Encode(address)}">{Encode(label)}</a></p>""",
        _ => throw new InvalidOperationException($"{part.GetType()} is not a known part of a letter."),
    };

    private static string ButtonStyle(string accent) =>
        $"display:inline-block;padding:12px 24px;border:1px solid {accent};border-radius:8px;" +
        "color:#ffffff;font-weight:600;text-decoration:none";

    /// <summary>A horizontal line separates the small print from the letter.</summary>
    private static string NoteStyle(bool isFirst) =>
        "font-size:14px;" + (isFirst ? "margin:32px 0 12px;padding-top:16px;border-top:1px solid #808a94" : "margin:0 0 12px");

    private static bool IsSmall(MailPart part) => part is MailPart.Note or MailPart.NoteLink;

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
