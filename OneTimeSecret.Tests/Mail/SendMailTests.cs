using MimeKit;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Mail;

/// <summary>A mail from the command line is sent at once, or the reason of the failure is reported.</summary>
public sealed class SendMailTests
{
    [Fact]
    public async Task Mail_is_sent_at_once_without_the_outbox()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        await server.Get<SendMail>().Run(new TestMail("jane@example.org"), CancellationToken.None);
        var file = Assert.Single(server.MailFiles());
        var message = await MimeMessage.LoadAsync(file);
        Assert.Equal(
            ("jane@example.org", $"{Path.GetFileNameWithoutExtension(file)}@secrets.example.com"),
            (message.To.Mailboxes.Single().Address, message.MessageId));
        Assert.Empty(await server.Stored());
        Assert.Empty(await server.Waiting());
    }

    [Fact]
    public async Task Failed_mail_reports_the_reason_and_is_not_retried()
    {
        var transport = new ObedientTransport();
        await using var server = await RunningServer.Start(null, transport.Attach, Mails.Settings);
        var refusal = new MailException("550 no such user", isFinal: true);
        transport.WhenSending = _ => throw refusal;
        Assert.Same(refusal, await Failure(server));
        var silence = new MailException("the server is away", isFinal: false);
        transport.WhenConnecting = () => throw silence;
        Assert.Same(silence, await Failure(server));
        Assert.Empty(transport.Taken);
        Assert.Empty(await server.Waiting());
    }

    private static Task<MailException> Failure(RunningServer server) => Assert.ThrowsAsync<MailException>(
        () => server.Get<SendMail>().Run(new TestMail("jane@example.org"), CancellationToken.None));
}
