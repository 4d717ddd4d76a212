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
/// Translates failures of a mail server into messages that tell the operator what to do. A failure is final only if the server permanently
/// refuses this mail or its recipient. Other failures may be over in an hour, or once a setting is corrected.
/// </summary>
internal sealed partial class SmtpFailures(MailOptions options)
{
    private string? _certificate;

    private string Server => $"{options.Host}:{options.Port}";

    /// <summary>Keeps the reason why a certificate is not trusted, because the exception that follows does not contain it.</summary>
    public void Remember(X509Chain? chain, SslPolicyErrors errors)
    {
        var flaws = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        _certificate =
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"it was issued for another name than {options.Host}. Set Mail:Host to the name in the certificate"
            : flaws.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "it has expired, or is not valid yet"
            : "this machine does not know who issued it. The environment variable SSL_CERT_FILE can name a file of a private authority";
    }

    /// <summary>The server did not answer in time.</summary>
    public MailException OfSilence(Exception fault) => Later(
        $"{Server} did not answer within {options.TimeoutSeconds} seconds. It may be slow, or Mail:Tls is wrong for this port.", fault);

    /// <summary>An address has characters that the server does not accept.</summary>
    public MailException OfAddress() => new(
        $"{Server} does not accept addresses with non-ASCII characters (it does not offer SMTPUTF8).", isFinal: true);

    /// <summary>Translates an exception of MailKit. Null: the exception is not a failure of the mail server.</summary>
    /// <param name="fault">The exception.</param>
    /// <param name="message">The mail that was being sent. Null: the connection was still being opened.</param>
    /// <param name="isSecure">Whether TLS had started.</param>
    /// <param name="isGreeting">Whether EHLO or HELO was the last command that this server sent.</param>
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
            Later($"The TLS handshake with {Server} failed. Check that Mail:Tls is right for this port.", fault),
        NotSupportedException when !isSecure => Later(
            $"{Server} offers no STARTTLS. Set Mail:Tls to Implicit if this port begins with TLS (often 465), or use a port with STARTTLS.",
            fault),
        NotSupportedException =>
            Later($"{Server} offers no way to sign in. Remove Mail:User and the password, or use a port that lets users sign in.", fault),
        AuthenticationException { InnerException: SmtpCommandException refusal } =>
            Later($"{Server} refused Mail:User and its password: {Said(refusal, message)}", fault),
        AuthenticationException =>
            Later($"{Server} refused Mail:User and its password: {ServerWords.Of(fault.Message, message)}", fault),
        ServiceNotAuthenticatedException =>
            Later($"{Server} accepts mail only after signing in. Set Mail:User and Mail:PasswordFile.", fault),
        SmtpCommandException refusal when message is not null && IsOfThisMail(refusal) && (int)refusal.StatusCode is >= 500 and < 600 =>
            new MailException($"{Server} permanently refused {What(refusal)}: {Said(refusal, message)}", isFinal: true, fault),
        SmtpCommandException refusal =>
            Later($"{Server} does not accept {What(refusal)} now: {Said(refusal, message)}", fault),
        InvalidDataException =>
            Later($"{Server} sent too many bytes for a mail server. Is Mail:Port the port of a mail server?", fault),
        IOException or ProtocolException or ServiceNotConnectedException =>
            Later($"{Server} closed the connection unexpectedly. Its log may say why.", fault),
        _ => null,
    };

    private static SmtpCommandException? Refusal(Exception fault) =>
        fault as SmtpCommandException ?? (fault as AuthenticationException)?.InnerException as SmtpCommandException;

    /// <summary>Many servers reject the EHLO name only after they know the recipient. The recipient is not the reason then.</summary>
    private static bool SpeaksOfName(SmtpCommandException refusal, MimeMessage? message) =>
        Greeting().IsMatch(ServerWords.Of(refusal.Message, message));

    /// <summary>A refused sender is not final: it concerns every mail, and a setting here or on the mail server can be corrected.</summary>
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
