using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>
/// Lets people sign up. If the server sends mail, a link verifies the address, and the outcome does not reveal whether the address has an
/// account. Without mail the address stays unverified: such an account may not send mail and cannot become an administrator.
/// </summary>
public sealed class RegisterAccount(
    WriteTransaction write, PasswordHashes passwords, PostPasswordLink links, AddressRules rules, TimeProvider time)
{
    /// <summary>How people sign up on this server.</summary>
    public SignUpWay Way => rules.SignUp;

    /// <summary>Signs up by a mailed link (<see cref="SignUpWay.Link"/>).</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was done.</exception>
    public async Task<SignUpOutcome> Run(string email, Caller by, CancellationToken cancellation)
    {
        if (Way != SignUpWay.Link)
            return new SignUpOutcome.NotThisWay();
        if (EmailAddress.Parse(email) is not { } address)
            return new SignUpOutcome.NoAddress();
        if (!rules.Takes(address))
            return new SignUpOutcome.OtherDomain(rules.Domains);
        return await links.Run(LinkUse.SignUp, address, by, [], cancellation) is { } refusal
            ? new SignUpOutcome.TooMany(refusal)
            : new SignUpOutcome.Sent(address.Text);
    }

    /// <summary>Signs up with a password (<see cref="SignUpWay.Password"/>).</summary>
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
        account.PasswordHash = await passwords.Make(account, password, by.Client, cancellation);
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

/// <summary>The result of signing up.</summary>
public abstract record SignUpOutcome
{
    private SignUpOutcome() { }

    /// <summary>A link will be mailed to the address.</summary>
    public sealed record Sent(string Email) : SignUpOutcome;

    /// <summary>The account is made.</summary>
    public sealed record Made(Guid AccountId) : SignUpOutcome;

    /// <summary>The text is not a valid address.</summary>
    public sealed record NoAddress : SignUpOutcome;

    /// <summary>Accounts may only have addresses at <paramref name="Domains"/>.</summary>
    public sealed record OtherDomain(IReadOnlyList<string> Domains) : SignUpOutcome;

    /// <summary>The password is too short or too long.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : SignUpOutcome;

    /// <summary>The address has an account. Returned only on servers without mail, which cannot tell it to the owner alone.</summary>
    public sealed record Taken : SignUpOutcome;

    /// <summary>As many links were requested as one hour allows.</summary>
    public sealed record TooMany(LinkRefusal Refusal) : SignUpOutcome;

    /// <summary>This server does not allow this way of signing up.</summary>
    public sealed record NotThisWay : SignUpOutcome;
}
