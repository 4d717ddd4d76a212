namespace OneTimeSecret.Core.Mail;

/// <summary>What a letter says, once for all its forms: <see cref="PlainLetter"/> and <see cref="HtmlLetter"/> only dress it.</summary>
/// <param name="Subject">The subject; nothing of it comes from a user, so that nobody writes headlines through this server.</param>
/// <param name="Parts">What it says, from top to bottom.</param>
internal sealed record MailText(string Subject, IReadOnlyList<MailPart> Parts);

/// <summary>A part of a letter.</summary>
internal abstract record MailPart
{
    /// <summary>Whose letter it is: stands at the top.</summary>
    public sealed record Head(string Text) : MailPart;

    /// <summary>A paragraph.</summary>
    public sealed record Paragraph(string Text) : MailPart;

    /// <summary>What the reader is to do. The address is shown as well, for who cannot or would not press a button.</summary>
    public sealed record Button(string Label, string Address) : MailPart;

    /// <summary>Small print.</summary>
    public sealed record Note(string Text) : MailPart;

    /// <summary>A link in the small print.</summary>
    public sealed record NoteLink(string Label, string Address) : MailPart;
}
