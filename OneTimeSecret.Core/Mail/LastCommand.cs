using System.Text;
using MailKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>Whether EHLO or HELO was the last command sent, which MailKit's exceptions do not tell. Nothing else is kept.</summary>
internal sealed class LastCommand : IProtocolLogger
{
    public bool IsGreeting { get; private set; }

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void LogConnect(Uri uri) => IsGreeting = false;

    public void LogClient(byte[] buffer, int offset, int count)
    {
        var verb = Encoding.ASCII.GetString(buffer, offset, Math.Min(count, 5));
        IsGreeting = verb is "EHLO " or "HELO ";
    }

    public void LogServer(byte[] buffer, int offset, int count) { }

    public void Dispose() { }
}
