using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>A way for mail to leave the server; <see cref="MailTransport"/> chooses one.</summary>
public interface IMailTransport
{
    /// <summary>Connects; many mails may go over one connection, one after the other.</summary>
    /// <exception cref="MailException">It could not be reached, or did not let us in.</exception>
    Task<IMailConnection> Connect(CancellationToken cancellation);
}

/// <summary>An open way for mail.</summary>
public interface IMailConnection : IAsyncDisposable
{
    /// <summary>Hands a mail over. After an exception the connection is no longer used, unless the exception is final.</summary>
    /// <param name="id">The mail's id.</param>
    /// <param name="message">The mail.</param>
    /// <param name="cancellation">Gives up; the mail may or may not have gone.</param>
    /// <exception cref="MailException">It was not taken.</exception>
    Task Send(Guid id, MimeMessage message, CancellationToken cancellation);
}
