namespace OneTimeSecret.Core.Mail;

/// <summary>A mail was not sent. The message tells the operator why. It contains neither address nor link.</summary>
/// <param name="message">Why the mail was not sent, and what to do.</param>
/// <param name="isFinal">Whether a retry is useless, because the server permanently refused this mail or recipient.</param>
/// <param name="inner">The exception of the library. It may contain an address, so it must not be logged.</param>
public sealed class MailException(string message, bool isFinal, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether a retry is useless.</summary>
    public bool IsFinal { get; } = isFinal;
}
