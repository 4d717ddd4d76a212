using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Mails a link for setting a new password. The outcome does not reveal whether the address has an account.</summary>
public sealed class ForgetPassword(PostPasswordLink links, IOptions<MailOptions> mail)
{
    /// <summary>Whether this server can mail a link. If not, the operator makes one with <c>account link</c>.</summary>
    public bool SendsMail => mail.Value.Sends();

    /// <summary>Mails a link to the account of <paramref name="email"/>, if there is one.</summary>
    /// <param name="email">The address as typed.</param>
    /// <param name="by">Who requests the link.</param>
    /// <param name="devices">The accounts that this browser has signed in to before. Requests of strangers do not use up its limit.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was done.</exception>
    public async Task<ForgetOutcome> Run(
        string email, Caller by, IReadOnlyCollection<KnownDevice> devices, CancellationToken cancellation)
    {
        if (!SendsMail)
            return new ForgetOutcome.NoMail();
        if (EmailAddress.ParseStored(email) is not { } address)
            return new ForgetOutcome.NoAddress();
        return await links.Run(LinkUse.Password, address, by, devices, cancellation) is { } refusal
            ? new ForgetOutcome.TooMany(refusal)
            : new ForgetOutcome.Sent(address.Text);
    }
}

/// <summary>The result of requesting a new password.</summary>
public abstract record ForgetOutcome
{
    private ForgetOutcome() { }

    /// <summary>A link will be mailed if the address has an account.</summary>
    public sealed record Sent(string Email) : ForgetOutcome;

    /// <summary>The text is not a valid address.</summary>
    public sealed record NoAddress : ForgetOutcome;

    /// <summary>This server sends no mail.</summary>
    public sealed record NoMail : ForgetOutcome;

    /// <summary>As many links were requested as one hour allows.</summary>
    public sealed record TooMany(LinkRefusal Refusal) : ForgetOutcome;
}
