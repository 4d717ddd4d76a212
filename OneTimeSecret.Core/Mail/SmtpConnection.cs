using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>A conversation with the mail server. Whatever goes wrong in it comes out as a <see cref="MailException"/>.</summary>
internal sealed class SmtpConnection : IMailConnection
{
    /// <summary>How long a mail server may take to say goodbye: a server that stops does not wait for that.</summary>
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
            // Asks the authority's servers about each certificate. A private authority often has none, and one that does not answer
            // would hold up all mail.
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = Accept,
            Timeout = Timeout.Infinite, // MailKit's own; the limit here is by the clock of all else
        };
        if (options.EhloName is { } name)
            _client.LocalDomain = name;
    }

    private TimeSpan Patience => TimeSpan.FromSeconds(_options.TimeoutSeconds);

    /// <summary>Connects and, where a user is set, signs in.</summary>
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
                // Nothing depends on how the server takes the farewell: what was handed over is handed over.
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

    /// <summary>Does something within the time that it may take.</summary>
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
            _isBroken = true; // given up in the middle of a sentence, so there is no farewell
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

    /// <summary>How the message is written: an address beyond ASCII needs a server that speaks SMTPUTF8 (RFC 6531).</summary>
    /// <exception cref="MailException">It does not.</exception>
    private FormatOptions Format(MimeMessage message)
    {
        var format = FormatOptions.Default.Clone();
        format.International = NeedsUtf8([.. message.From, .. message.To, .. message.ReplyTo]);
        if (!format.International || _client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            return format;
        if (NeedsUtf8([.. message.From, .. message.To]))
            throw _failures.OfAddress();
        // The text still says who sent it.
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

    /// <summary>Judges as the system does, and keeps what is wrong to tell the operator.</summary>
    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.None)
            _failures.Remember(chain, errors);
        return errors == SslPolicyErrors.None;
    }
}
