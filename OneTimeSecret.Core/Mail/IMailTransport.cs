using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>A way to send mail. <see cref="MailTransport"/> chooses the implementation.</summary>
public interface IMailTransport
{
    /// <summary>Connects. One connection can send many mails, one after the other.</summary>
    /// <exception cref="MailException">The mail server could not be reached, or refused the connection or the sign-in.</exception>
    Task<IMailConnection> Connect(CancellationToken cancellation);
}

/// <summary>An open connection for sending mail.</summary>
public interface IMailConnection : IAsyncDisposable
{
    /// <summary>Sends a mail. After an exception that is not final, the connection must not be used again.</summary>
    /// <param name="message">The mail.</param>
    /// <param name="cancellation">Stops waiting. The mail may or may not have been sent.</param>
    /// <exception cref="MailException">The mail was not accepted.</exception>
    Task Send(Guid id, MimeMessage message, CancellationToken cancellation);
}
