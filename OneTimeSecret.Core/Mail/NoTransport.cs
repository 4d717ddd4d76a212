namespace OneTimeSecret.Core.Mail;

/// <summary>Refuses to send mail. Used while <c>Mail:Transport</c> is <c>None</c>.</summary>
internal sealed class NoTransport : IMailTransport
{
    public Task<IMailConnection> Connect(CancellationToken cancellation) => Task.FromException<IMailConnection>(new MailException(
        "This server sends no mail. Set Mail:Transport to Smtp and Mail:Host to your mail server, as docs/mail.md says.", isFinal: false));
}
