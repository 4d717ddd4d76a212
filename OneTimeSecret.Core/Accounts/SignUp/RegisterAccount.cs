using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>
/// Lets people make accounts by themselves. Where mail is sent, a link proves the address, and nobody learns whether it had an account;
/// where not, the address stays unproved: such an account may not mail and cannot become an administrator's.
/// </summary>
public sealed class RegisterAccount(
    WriteTransaction write, PasswordHashes passwords, MailedLinks mailed, PostPasswordLink links, AddressRules rules, TimeProvider time)
{
    /// <summary>How somebody comes to an account on this server.</summary>
    public SignUpWay Way => rules.SignUp;

    /// <summary>Signs up on the way <see cref="SignUpWay.Link"/>.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was done.</exception>
    public async Task<SignUpOutcome> Run(string email, CancellationToken cancellation)
    {
        if (Way != SignUpWay.Link)
            return new SignUpOutcome.NotThisWay();
        if (EmailAddress.Parse(email) is not { } address)
            return new SignUpOutcome.NoAddress();
        if (!rules.Takes(address))
            return new SignUpOutcome.OtherDomain(rules.Domains);
        if (await mailed.Spend(address, cancellation) is { } wait)
            return new SignUpOutcome.TooMany(wait);
        await links.Run(address, signsUp: true);
        return new SignUpOutcome.Sent(address.Text);
    }

    /// <summary>Signs up on the way <see cref="SignUpWay.Password"/>.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="by">Where it is done from.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was done.</exception>
    public async Task<SignUpOutcome> Run(string email, string password, Caller by, CancellationToken cancellation)
    {
        if (Way != SignUpWay.Password)
            return new SignUpOutcome.NotThisWay();
        if (EmailAddress.Parse(email) is not { } address)
            return new SignUpOutcome.NoAddress();
        if (!SetPassword.IsLongEnough(password))
            return new SignUpOutcome.Weak(SetPassword.MinLength, SetPassword.MaxLength);
        var account = PendingAccount.New(address, time.GetUtcNow());
        account.PasswordHash = await passwords.Make(account, password, cancellation);
        var added = await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Address(account.NormalizedEmail!));
                if (await db.Users.AnyAsync(a => a.NormalizedEmail == account.NormalizedEmail))
                    return false;
                db.Add(account);
                db.Note(Act.Of(AuditKind.AccountAdded, account.Id, by));
                return true;
            },
            cancellation);
        return added ? new SignUpOutcome.Made(account.Id) : new SignUpOutcome.Taken();
    }
}

/// <summary>What came of signing up.</summary>
public abstract record SignUpOutcome
{
    private SignUpOutcome() { }

    /// <summary>A mail is on its way, if the address can have an account.</summary>
    public sealed record Sent(string Email) : SignUpOutcome;

    /// <summary>The account is there.</summary>
    public sealed record Made(Guid AccountId) : SignUpOutcome;

    /// <summary>That is no address.</summary>
    public sealed record NoAddress : SignUpOutcome;

    /// <summary>Accounts are for addresses at other hosts.</summary>
    public sealed record OtherDomain(IReadOnlyList<string> Domains) : SignUpOutcome;

    /// <summary>The password is too short or too long.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : SignUpOutcome;

    /// <summary>The address has an account. Only told where no mail could tell it to the address's owner alone.</summary>
    public sealed record Taken : SignUpOutcome;

    /// <summary>As many links as an hour allows have gone to the address.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : SignUpOutcome;

    /// <summary>This server does not give accounts in this way.</summary>
    public sealed record NotThisWay : SignUpOutcome;
}
