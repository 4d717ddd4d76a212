using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Mail;

/// <summary>Hands mails to a mail server by SMTP (RFC 5321), over MailKit.</summary>
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
