using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Sends mails to a mail server by SMTP (RFC 5321), with MailKit.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options, TimeProvider time) : IMailTransport
{
    public async Task<IMailConnection> Connect(CancellationToken cancellation)
    {
        var connection = new SmtpConnection(options.Value, time);
        try
        {
            await connection.Open(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
