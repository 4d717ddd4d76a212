using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Mails a link for a new password to whoever forgot his. Whether the address has an account, the asker does not learn.</summary>
public sealed class ForgetPassword(
    MailedLinks mailed, PostPasswordLink links, IOptions<MailOptions> mail)
{
    /// <summary>Whether this server can help by itself; if not, the operator's verb <c>account link</c> does.</summary>
    public bool SendsMail => mail.Value.Sends();

    /// <summary>Mails a link to the account of <paramref name="email"/>, if there is one.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was done.</exception>
    public async Task<ForgetOutcome> Run(string email, CancellationToken cancellation)
    {
        if (!SendsMail)
            return new ForgetOutcome.NoMail();
        if (EmailAddress.Parse(email) is not { } address)
            return new ForgetOutcome.NoAddress();
        if (await mailed.Spend(address, cancellation) is { } wait)
            return new ForgetOutcome.TooMany(wait);
        await links.Run(address, signsUp: false);
        return new ForgetOutcome.Sent(address.Text);
    }
}

/// <summary>What came of asking for a new password.</summary>
public abstract record ForgetOutcome
{
    private ForgetOutcome() { }

    /// <summary>A mail is on its way, if the address has an account.</summary>
    public sealed record Sent(string Email) : ForgetOutcome;

    /// <summary>That is no address.</summary>
    public sealed record NoAddress : ForgetOutcome;

    /// <summary>This server sends no mail.</summary>
    public sealed record NoMail : ForgetOutcome;

    /// <summary>As many links as an hour allows have gone to the address.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : ForgetOutcome;
}
