using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// What goes wrong with a mail server, in words on which its operator can act. Final is only what the server says for good of one
/// mail or recipient; all else may be better in an hour, or once a setting is right.
/// </summary>
internal sealed partial class SmtpFailures(MailOptions options)
{
    private string? _certificate;

    private string Server => $"{options.Host}:{options.Port}";

    /// <summary>Keeps why a certificate is not trusted, which the exception to come does not say.</summary>
    public void Remember(X509Chain? chain, SslPolicyErrors errors)
    {
        var flaws = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        _certificate =
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"it was issued for another name than {options.Host}, so Mail:Host must be that name"
            : flaws.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "it has expired, or is not valid yet"
            : "this machine does not know who issued it; the environment variable SSL_CERT_FILE can name a file of a private authority";
    }

    /// <summary>The server said nothing in time.</summary>
    public MailException OfSilence(Exception fault) => Later(
        $"{Server} did not answer within {options.TimeoutSeconds} seconds. Is it slow, or is Mail:Tls not what this port speaks?", fault);

    /// <summary>An address has letters that the server cannot take.</summary>
    public MailException OfAddress() => new(
        $"{Server} takes no addresses with letters beyond ASCII (it does not offer SMTPUTF8).", isFinal: true);

    /// <summary>The failure behind an exception of MailKit; null when it is none of a mail server's.</summary>
    /// <param name="fault">The exception.</param>
    /// <param name="message">The mail that was to be handed over; null: it had not come to that.</param>
    /// <param name="isSecure">Whether TLS had begun.</param>
    /// <param name="isGreeting">Whether EHLO or HELO was the last that this server said.</param>
    public MailException? Of(Exception fault, MimeMessage? message, bool isSecure, bool isGreeting) => fault switch
    {
        _ when Refusal(fault) is { } refusal && ((isGreeting && message is null) || SpeaksOfName(refusal, message)) =>
            Later($"{Server} does not accept the name {options.EhloName} in EHLO (Mail:EhloName): {Said(refusal, message)}", fault),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            Later($"There is no host named {options.Host}. Is Mail:Host right, and can this machine resolve names?", fault),
        SocketException socket =>
            Later($"{Server} cannot be reached ({socket.SocketErrorCode}). Are Mail:Host and Mail:Port right, and is it running?", fault),
        SslHandshakeException when _certificate is not null =>
            Later($"The certificate of {Server} is not trusted: {_certificate}.", fault),
        SslHandshakeException =>
            Later($"{Server} and this machine found no TLS in common. Is Mail:Tls what this port speaks?", fault),
        NotSupportedException when !isSecure => Later(
            $"{Server} offers no STARTTLS. Set Mail:Tls to Implicit if this port begins with TLS (often 465), or use one that has it.",
            fault),
        NotSupportedException =>
            Later($"{Server} offers no way to sign in. Unset Mail:User and the password, or use the port that has one.", fault),
        AuthenticationException { InnerException: SmtpCommandException refusal } =>
            Later($"{Server} refused Mail:User and its password: {Said(refusal, message)}", fault),
        AuthenticationException =>
            Later($"{Server} refused Mail:User and its password: {ServerWords.Of(fault.Message, message)}", fault),
        ServiceNotAuthenticatedException =>
            Later($"{Server} takes mail only from who signs in. Set Mail:User and Mail:PasswordFile.", fault),
        SmtpCommandException refusal when message is not null && IsOfThisMail(refusal) && (int)refusal.StatusCode is >= 500 and < 600 =>
            new MailException($"{Server} refused {What(refusal)} for good: {Said(refusal, message)}", isFinal: true, fault),
        SmtpCommandException refusal =>
            Later($"{Server} does not take {What(refusal)} now: {Said(refusal, message)}", fault),
        InvalidDataException =>
            Later($"{Server} says more than a mail server has to say. Is Mail:Port one of a mail server?", fault),
        IOException or ProtocolException or ServiceNotConnectedException =>
            Later($"{Server} ended the conversation in the middle. Its log may say why.", fault),
        _ => null,
    };

    private static SmtpCommandException? Refusal(Exception fault) =>
        fault as SmtpCommandException ?? (fault as AuthenticationException)?.InnerException as SmtpCommandException;

    /// <summary>Many servers judge the name later, when they know for which recipient: then the recipient is not to blame.</summary>
    private static bool SpeaksOfName(SmtpCommandException refusal, MimeMessage? message) =>
        Greeting().IsMatch(ServerWords.Of(refusal.Message, message));

    /// <summary>A sender that is refused is every mail's: a setting here or there, which somebody will put right.</summary>
    private static bool IsOfThisMail(SmtpCommandException refusal) =>
        refusal.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;

    private static MailException Later(string message, Exception fault) => new(message, isFinal: false, fault);

    private static string What(SmtpCommandException refusal) => refusal.ErrorCode switch
    {
        SmtpErrorCode.RecipientNotAccepted => "the recipient",
        SmtpErrorCode.SenderNotAccepted => "the sender (Mail:From)",
        SmtpErrorCode.MessageNotAccepted => "the mail",
        _ => "mails",
    };

    private static string Said(SmtpCommandException refusal, MimeMessage? message) =>
        $"{(int)refusal.StatusCode} {ServerWords.Of(refusal.Message, message)}";

    [GeneratedRegex(@"\b(?:helo|ehlo)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Greeting();
}
