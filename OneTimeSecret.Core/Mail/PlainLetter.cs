namespace OneTimeSecret.Core.Mail;

/// <summary>Writes a letter as plain text: an empty line between the parts, each link on a line of its own.</summary>
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
        _ => throw new InvalidOperationException($"{part.GetType()} is not a known part of a letter."),
    };
}
