namespace OneTimeSecret.Core.Mail;

/// <summary>The text of a letter. <see cref="PlainLetter"/> and <see cref="HtmlLetter"/> only format it.</summary>
/// <param name="Subject">The subject. It contains no user input, so that nobody can choose the subjects that this server sends.</param>
/// <param name="Parts">The parts, from top to bottom.</param>
internal sealed record MailText(string Subject, IReadOnlyList<MailPart> Parts);

/// <summary>A part of a letter.</summary>
internal abstract record MailPart
{
    /// <summary>The brand name at the top.</summary>
    public sealed record Head(string Text) : MailPart;

    /// <summary>A paragraph.</summary>
    public sealed record Paragraph(string Text) : MailPart;

    /// <summary>The main action. The address is also shown as text, for readers who cannot or do not want to press a button.</summary>
    public sealed record Button(string Label, string Address) : MailPart;

    /// <summary>Small print.</summary>
    public sealed record Note(string Text) : MailPart;

    /// <summary>A link in the small print.</summary>
    public sealed record NoteLink(string Label, string Address) : MailPart;
}
