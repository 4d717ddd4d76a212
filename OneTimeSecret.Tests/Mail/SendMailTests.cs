using MimeKit;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Mail;

/// <summary>A mail of the command line goes at once, or says why not.</summary>
public sealed class SendMailTests
{
    [Fact]
    public async Task A_mail_goes_at_once_and_past_the_outbox()
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
    public async Task Why_a_mail_did_not_go_is_said_and_it_is_not_tried_again()
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
