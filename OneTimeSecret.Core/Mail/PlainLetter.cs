namespace OneTimeSecret.Core.Mail;

/// <summary>A letter as plain text: parts with an empty line between, addresses on lines of their own.</summary>
internal static class PlainLetter
{
    public static string Write(MailText text) => string.Join("\n\n", text.Parts.Select(Write)) + "\n";

    private static string Write(MailPart part) => part switch
    {
        MailPart.Head(var text) => text,
        MailPart.Paragraph(var text) => text,
        MailPart.Button(var label, var address) => $"{label}\n{address}",
        MailPart.Note(var text) => text,
        MailPart.NoteLink(var label, var address) => $"{label}\n{address}",
        _ => throw new InvalidOperationException($"{part.GetType()} is no part of a letter."),
    };
}
