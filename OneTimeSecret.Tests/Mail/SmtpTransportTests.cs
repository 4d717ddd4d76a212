using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using OneTimeSecret.Core.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Mail;

/// <summary>Successful and failing sessions with a real mail server. MailCommandsTests tests trusted TLS.</summary>
public sealed class SmtpTransportTests
{
    private const string Recipient = "jane.doe@example.org";
    private const string Key = "abcdefghijklmnopqrstuvwxyz01234";

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Many_mails_go_over_one_connection()
    {
        await using var server = await SmtpServer.Start();
        var ids = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToList();
        await using (var connection = await Connect(server))
            foreach (var id in ids)
                await connection.Send(id, Mail(id), CancellationToken.None);
        await Verbs.Until(() => server.Mails.Count == 3);
        Assert.Equal(ids.ConvertAll(id => $"{id:N}@example.com"), [.. server.Mails.Select(mail => mail.MessageId)]);
        Assert.All(server.Mails, mail => Assert.Equal(("noreply@example.com", Recipient), (mail.Sender, Assert.Single(mail.Recipients))));
        Assert.All(server.Mails, mail => Assert.Contains(Key, mail.Message.TextBody, Ordinal));
    }

    [Theory]
    [InlineData("mail", "550 5.7.1 Not from you", false, "does not accept the sender (Mail:From) now: 550 5.7.1 Not from you")]
    [InlineData("mail", "451 4.3.0 Try later", false, "does not accept the sender (Mail:From) now: 451 4.3.0 Try later")]
    [InlineData("rcpt", "550 5.1.1 No such user", true, "permanently refused the recipient: 550 5.1.1 No such user")]
    [InlineData("rcpt", "450 4.2.0 Greylisted", false, "does not accept the recipient now: 450 4.2.0 Greylisted")]
    [InlineData("rcpt", "452 4.5.3 Too many", false, "does not accept the recipient now: 452 4.5.3 Too many")]
    [InlineData("data", "552 5.3.4 Too big", true, "permanently refused the mail: 552 5.3.4 Too big")]
    [InlineData("data", "451 4.7.1 Busy", false, "does not accept the mail now: 451 4.7.1 Busy")]
    [InlineData("data", "421 4.3.2 Shutting down", false, "does not accept the mail now: 421 4.3.2 Shutting down")]
    public async Task Only_a_5xx_refusal_of_the_recipient_or_the_mail_is_final(string stage, string reply, bool isFinal, string words)
    {
        await using var server = await SmtpServer.Start("--fail", stage, reply);
        await using var connection = await Connect(server);
        var failure = await Fails(() => connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None));
        Assert.Equal((isFinal, $"127.0.0.1:{server.Port} {words}"), (failure.IsFinal, failure.Message));
    }

    [Theory]
    [InlineData("ehlo", "550 5.7.1 Access denied", "550 5.7.1 Access denied")]
    [InlineData("ehlo", "501 Syntactically invalid argument(s)", "501 Syntactically invalid argument(s)")]
    [InlineData("ehlo", "421 4.7.0 Try later", "421 4.7.0 Try later")]
    [InlineData("mail", "550 Bad HELO name", "550 Bad HELO name")]
    [InlineData("rcpt", "504 5.5.2 <web.example.com>: Helo command rejected: not found", "504 5.5.2 <web.example.com>: Helo command ")]
    [InlineData("data", "550 5.7.1 EHLO does not match DNS", "550 5.7.1 EHLO does not match DNS")]
    public async Task Refused_EHLO_name_is_a_temporary_failure_that_names_its_setting(string stage, string reply, string words)
    {
        await using var server = await SmtpServer.Start("--fail", stage, reply);
        var failure = await Fails(async () =>
        {
            await using var connection = await Transport(server.Port, ehlo: "web.example.com").Connect(CancellationToken.None);
            await connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None);
        });
        Later(failure, $"127.0.0.1:{server.Port} does not accept the name web.example.com in EHLO (Mail:EhloName): {words}");
    }

    [Theory]
    [InlineData("rcpt", "550 5.1.1 <{rcpt}> said hello", "permanently refused the recipient: ", "helo@example.org")]
    [InlineData("rcpt", "550 5.1.1 <{rcpt}> unknown", "permanently refused the recipient: ", "helo@example.org")]
    public async Task Refusal_that_only_mentions_hello_is_not_a_refused_EHLO_name(string stage, string reply, string words, string to)
    {
        await using var server = await SmtpServer.Start("--fail", stage, reply);
        await using var connection = await Connect(server);
        var failure = await Fails(() => connection.Send(Guid.NewGuid(), Mail(to: to), CancellationToken.None));
        Assert.Contains(words, failure.Message, Ordinal);
    }

    [Fact]
    public async Task Connection_sends_the_next_mail_after_a_final_refusal()
    {
        await using var server = await SmtpServer.Start("--fail", "rcpt", "550 5.1.1 No such user", "--only", "nobody@");
        await using var connection = await Connect(server);
        Assert.True((await Fails(() => connection.Send(Guid.NewGuid(), Mail(to: "nobody@example.org"), CancellationToken.None))).IsFinal);
        await connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None);
        Assert.Equal(Recipient, Assert.Single((await server.Single()).Recipients));
    }

    [Theory]
    [InlineData("550 5.1.1 <{rcpt}>: unknown in table")]
    [InlineData("550 5.1.1 <{rcpt}> {local} JANE.DOE unknown; see https://mail.example.com/help?who={rcpt}")]
    [InlineData("550-5.1.1 The account {rcpt}\r\n550 5.1.1 does not exist")]
    [InlineData("554 5.7.1 Spam: {text}")]
    [InlineData("550 5.7.1 See HTTPS://mail.example.com/why, and www.example.com")]
    [InlineData("550 5.7.1 The word " + Key + " is not liked here")]
    public async Task Reply_of_the_mail_server_is_kept_without_addresses_links_and_keys(string reply)
    {
        var stage = reply.Contains("{text}", Ordinal) ? "data" : "rcpt";
        await using var server = await SmtpServer.Start("--fail", stage, reply);
        await using var connection = await Connect(server);
        var failure = await Fails(() => connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None));
        foreach (var part in (string[])["@", "jane", "://", "www.", "secrets.example", Key, Key[..24], "\n"])
            Assert.DoesNotContain(part, failure.Message, OrdinalIgnoreCase);
        Assert.InRange(failure.Message.Length, 40, 300);
    }

    [Fact]
    public async Task Unreachable_server_and_unknown_host_are_reported()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Later(await Fails(() => Connect(port)), $"127.0.0.1:{port} cannot be reached (ConnectionRefused)");
        Later(await Fails(() => Connect(port, host: "mail.invalid")), "There is no host named mail.invalid.");
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("mail")]
    [InlineData("data")]
    [InlineData("answer")]
    public async Task Hanging_server_is_given_up_after_the_timeout(string stage)
    {
        await using var server = await SmtpServer.Start("--hang", stage);
        var sending = Fails(async () =>
        {
            await using var connection = await Connect(server);
            await connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None);
        });
        while (!sending.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(sending, Task.Delay(20));
        }
        Later(await sending, $"127.0.0.1:{server.Port} did not answer within 60 seconds.");
    }

    [Fact]
    public async Task Cancelled_connection_attempt_is_not_reported_as_a_mail_failure()
    {
        await using var server = await SmtpServer.Start("--hang", "connect");
        using var givenUp = new CancellationTokenSource();
        var connecting = Transport(server.Port).Connect(givenUp.Token);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Theory]
    [InlineData("mail")]
    [InlineData("data")]
    [InlineData("answer")]
    public async Task Connection_closed_by_the_server_is_a_temporary_failure(string stage)
    {
        await using var server = await SmtpServer.Start("--drop", stage);
        await using var connection = await Connect(server);
        Later(await Fails(() => connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None)),
            $"127.0.0.1:{server.Port} closed the connection unexpectedly.");
    }

    [Fact]
    public async Task Nothing_is_sent_in_the_clear_when_TLS_is_demanded()
    {
        await using var server = await SmtpServer.Start();
        Later(await Fails(() => Connect(server.Port, tls: MailTls.StartTls)), $"127.0.0.1:{server.Port} offers no STARTTLS.");
        Later(await Fails(() => Connect(server.Port, tls: MailTls.Implicit)),
            $"The TLS handshake with 127.0.0.1:{server.Port} failed.");
    }

    [Theory]
    [InlineData("localhost", 1, "this machine does not know who issued it")]
    [InlineData("localhost", -1, "it has expired")]
    [InlineData("elsewhere.example.com", 1, "it was issued for another name than localhost")]
    public async Task Untrusted_certificate_is_reported_with_the_reason(string name, int daysLeft, string why)
    {
        using var certificate = TestCertificate.Create(name, daysLeft);
        await using var server = await SmtpServer.Start("--tls", "starttls", "--certificate", certificate.Path);
        var failure = await Fails(() => Connect(server.Port, "localhost", MailTls.StartTls));
        Later(failure, $"The certificate of localhost:{server.Port} is not trusted: {why}");
    }

    [Fact]
    public async Task Server_that_requires_sign_in_is_reported()
    {
        await using var server = await SmtpServer.Start("--user", "relay", "--password", "right");
        await using var connection = await Connect(server);
        Later(await Fails(() => connection.Send(Guid.NewGuid(), Mail(), CancellationToken.None)),
            $"127.0.0.1:{server.Port} accepts mail only after signing in.");
    }

    [Theory]
    [InlineData("jané@example.org", "jane@example.com", true)]
    [InlineData("jane@example.org", "jané@example.com", true)]
    [InlineData("jane@example.org", "jane@example.com", false)]
    public async Task SMTPUTF8_is_requested_only_if_an_address_needs_it(string to, string replyTo, bool isNeeded)
    {
        await using var server = await SmtpServer.Start();
        await using var connection = await Connect(server);
        await connection.Send(Guid.NewGuid(), Mail(to: to, replyTo: replyTo), CancellationToken.None);
        var mail = await server.Single();
        Assert.Equal(isNeeded, mail.Options.Contains("SMTPUTF8", StringComparer.Ordinal));
        Assert.Equal((to, replyTo), (mail.Message.To.Mailboxes.Single().Address, mail.Message.ReplyTo.Mailboxes.Single().Address));
    }

    [Fact]
    public async Task Without_SMTPUTF8_a_non_ASCII_recipient_fails_for_good_and_a_non_ASCII_reply_address_is_omitted()
    {
        await using var server = await SmtpServer.Start("--ascii");
        await using var connection = await Connect(server);
        var failure = await Fails(() => connection.Send(Guid.NewGuid(), Mail(to: "jané@example.org"), CancellationToken.None));
        Assert.Equal(
            (true, $"127.0.0.1:{server.Port} does not accept addresses with non-ASCII characters (it does not offer SMTPUTF8)."),
            (failure.IsFinal, failure.Message));
        await connection.Send(Guid.NewGuid(), Mail(replyTo: "jané@example.com"), CancellationToken.None);
        Assert.Empty((await server.Single()).Message.ReplyTo);
    }

    [Fact]
    public async Task Internationalized_host_name_needs_no_SMTPUTF8()
    {
        await using var server = await SmtpServer.Start("--ascii");
        await using var connection = await Connect(server);
        await connection.Send(
            Guid.NewGuid(), Mail(to: "jane@xn--bcher-kva.example", replyTo: "joe@xn--bcher-kva.example"), CancellationToken.None);
        var mail = await server.Single();
        Assert.Equal(["jane@xn--bcher-kva.example"], mail.Recipients);
        Assert.Single(mail.Message.ReplyTo);
    }

    [Fact]
    public async Task Connection_is_closed_if_the_servers_reply_has_no_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var talking = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            var line = new string('x', 10_000);
            await using var stream = client.GetStream();
            for (var said = 0L; said < 100_000_000; said += line.Length)
                await stream.WriteAsync(Encoding.ASCII.GetBytes((said == 0 ? "220 " : "") + line));
        });
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Later(await Fails(() => Connect(port)), $"127.0.0.1:{port} sent too many bytes for a mail server");
        await Assert.ThrowsAnyAsync<IOException>(() => talking);
    }

    private static async Task<MailException> Fails(Func<Task> send)
    {
        var failure = await Assert.ThrowsAsync<MailException>(send);
        Assert.DoesNotContain(Recipient, failure.Message, OrdinalIgnoreCase);
        return failure;
    }

    private static void Later(MailException failure, string start)
    {
        Assert.StartsWith(start, failure.Message, Ordinal);
        Assert.False(failure.IsFinal);
    }

    private static MimeMessage Mail(Guid? id = null, string to = Recipient, string replyTo = "joe@example.com")
    {
        var message = new MimeMessage
        {
            MessageId = $"{id ?? Guid.NewGuid():N}@example.com",
            Body = new TextPart("plain") { Text = $"To {to}: https://secrets.example.com/secret/{Key}" },
        };
        message.From.Add(new MailboxAddress("Brand", "noreply@example.com"));
        message.To.Add(new MailboxAddress(null, to));
        message.ReplyTo.Add(new MailboxAddress(null, replyTo));
        return message;
    }

    private Task<IMailConnection> Connect(SmtpServer server) => Connect(server.Port);

    private Task<IMailConnection> Connect(int port, string host = "127.0.0.1", MailTls tls = MailTls.None) =>
        Transport(port, host, tls).Connect(CancellationToken.None);

    private SmtpTransport Transport(int port, string host = "127.0.0.1", MailTls tls = MailTls.None, string? ehlo = null) => new(
        Microsoft.Extensions.Options.Options.Create(
            new MailOptions { Transport = MailTransport.Smtp, Host = host, Port = port, Tls = tls, EhloName = ehlo }), _clock);
}
