namespace OneTimeSecret.Core.Mail;

/// <summary>Sends one mail at once, without the outbox, for commands that report the result.</summary>
public sealed class SendMail(ComposeMail compose, IMailTransport transport, TimeProvider time)
{
    /// <summary>Sends the mail.</summary>
    /// <exception cref="MailException">The mail was not sent.</exception>
    public async Task Run(MailContent content, CancellationToken cancellation)
    {
        await using var connection = await transport.Connect(cancellation);
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await connection.Send(id, compose.Run(id, content), cancellation);
    }
}
