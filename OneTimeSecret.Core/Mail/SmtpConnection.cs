using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>A connection to the mail server. Its failures are thrown as <see cref="MailException"/>.</summary>
internal sealed class SmtpConnection : IMailConnection
{
    /// <summary>How long to wait for the reply to QUIT. It is short, so that a stopping server does not wait for it.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly SmtpClient _client;
    private readonly MailOptions _options;
    private readonly TimeProvider _time;
    private readonly SmtpFailures _failures;
    private readonly LastCommand _last = new();
    private BoundedAnswers? _answers;
    private bool _isBroken;

    public SmtpConnection(MailOptions options, TimeProvider time)
    {
        (_options, _time, _failures) = (options, time, new SmtpFailures(options));
        _client = new SmtpClient(_last)
        {
            // The check would ask the certificate authority about each certificate. A private authority often has no such service, and
            // an authority that does not answer would block all mail.
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = Accept,
            Timeout = Timeout.Infinite, // Limited() is used instead, with the injected clock
        };
        if (options.EhloName is { } name)
            _client.LocalDomain = name;
    }

    private TimeSpan Patience => TimeSpan.FromSeconds(_options.TimeoutSeconds);

    /// <summary>Connects, and signs in if a user is set.</summary>
    public Task Open(CancellationToken cancellation) => Limited(
        message: null, Patience,
        async limited =>
        {
            await _client.ConnectAsync(await Reach(limited), _options.Host!, _options.Port, Security(_options.Tls), limited);
            if (_options.User is not null)
                await _client.AuthenticateAsync(Encoding.UTF8, _options.User, _options.Password!, limited);
        },
        cancellation);

    public Task Send(Guid id, MimeMessage message, CancellationToken cancellation)
    {
        _answers?.Renew();
        return Limited(message, Patience, limited => _client.SendAsync(Format(message), message, limited), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isBroken && _client.IsConnected)
        {
            try
            {
                await Limited(message: null, Farewell, limited => _client.DisconnectAsync(quit: true, limited), CancellationToken.None);
            }
            catch (MailException)
            {
                // The reply to QUIT does not matter: the mails are already accepted.
            }
        }
        _client.Dispose();
        if (_answers is not null)
            await _answers.DisposeAsync();
    }

    private async Task<Stream> Reach(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_options.Host!, _options.Port, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return _answers = new BoundedAnswers(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Runs an operation with a time limit, and translates its exceptions.</summary>
    private async Task Limited(MimeMessage? message, TimeSpan time, Func<CancellationToken, Task> run, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(time, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await run(both.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _isBroken = true; // cancelled in the middle of a command, so QUIT is not sent
            throw;
        }
        catch (OperationCanceledException fault)
        {
            throw Broken(_failures.OfSilence(fault));
        }
        catch (Exception fault) when (_failures.Of(fault, message, _client.IsSecure, _last.IsGreeting) is { } failure)
        {
            throw Broken(failure);
        }
    }

    private MailException Broken(MailException failure)
    {
        _isBroken = !failure.IsFinal;
        return failure;
    }

    /// <summary>How the message is encoded. A non-ASCII address needs a server with SMTPUTF8 (RFC 6531).</summary>
    /// <exception cref="MailException">The server does not offer SMTPUTF8.</exception>
    private FormatOptions Format(MimeMessage message)
    {
        var format = FormatOptions.Default.Clone();
        format.International = NeedsUtf8([.. message.From, .. message.To, .. message.ReplyTo]);
        if (!format.International || _client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            return format;
        if (NeedsUtf8([.. message.From, .. message.To]))
            throw _failures.OfAddress();
        // Without a reply address, the text of the mail still names the sender.
        message.ReplyTo.Clear();
        format.International = false;
        return format;
    }

    private static bool NeedsUtf8(InternetAddressList addresses) =>
        !addresses.Mailboxes.All(mailbox => Ascii.IsValid(mailbox.GetAddress(idnEncode: true)));

    private static SecureSocketOptions Security(MailTls tls) => tls switch
    {
        MailTls.Implicit => SecureSocketOptions.SslOnConnect,
        MailTls.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>Accepts a certificate if the system trusts it. Otherwise keeps the reason for the operator.</summary>
    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.None)
            _failures.Remember(chain, errors);
        return errors == SslPolicyErrors.None;
    }
}
