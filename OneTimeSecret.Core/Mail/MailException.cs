namespace OneTimeSecret.Core.Mail;

/// <summary>A mail did not go. The message says why, in words for the operator, with neither address nor link.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="isFinal">Whether trying again is in vain: the server refused this very mail or recipient for good.</param>
/// <param name="inner">What the library said; may hold an address, and so goes to no log.</param>
public sealed class MailException(string message, bool isFinal, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again is in vain.</summary>
    public bool IsFinal { get; } = isFinal;
}
