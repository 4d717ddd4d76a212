using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Sets an account's password with the token of a link (<see cref="LinkAccount"/>), once. The link verifies the address. All sessions
/// end, in case somebody else has access to the account.
/// </summary>
public sealed class SetPassword(UserManager<Account> accounts, ReplacePassword replace)
{
    /// <summary>The fewest characters of a password.</summary>
    public const int MinLength = 10;

    /// <summary>The most characters of a password. The limit bounds the work of the HMAC that precedes the slow hash.</summary>
    public const int MaxLength = 256;

    /// <summary>The most characters that are read, because another spelling of the same password may have more (UAX 15).</summary>
    internal const int MaxTyped = 4 * MaxLength;

    /// <summary>The only rule for passwords: their length. Text with an unpaired surrogate is no password.</summary>
    internal static bool IsLongEnough([NotNullWhen(true)] string? password) =>
        password is { Length: <= MaxTyped } && TypedText.Normalize(password) is { Length: >= MinLength and <= MaxLength };

    /// <summary>Sets the password of the account of <paramref name="email"/>.</summary>
    /// <param name="email">The address in the link.</param>
    /// <param name="token">The token in the link.</param>
    /// <param name="password">The new password as typed.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting. Nothing was changed, the link still works.</exception>
    public async Task<SetPasswordOutcome> Run(
        string? email, string? token, string? password, Caller by, CancellationToken cancellation)
    {
        if (!IsLongEnough(password))
            return new SetPasswordOutcome.Weak(MinLength, MaxLength);
        if (await Find(email, token) is not { } account)
            return new SetPasswordOutcome.BadLink();
        // Setting the first password is part of signing up, so it needs no notice.
        var tells = account.PasswordHash is not null;
        return await replace.Run(account, password, proved: true, keep: null, by, tells, cancellation)
            ? new SetPasswordOutcome.Done(account.Id)
            : new SetPasswordOutcome.BadLink();
    }

    /// <summary>Whether a link with this address and token would work now. Does not use up the link.</summary>
    public async Task<bool> Opens(string? email, string? token) => await Find(email, token) is not null;

    /// <summary>Returns null both for an unknown address and for an invalid link, so that nobody learns which accounts exist.</summary>
    private async Task<Account?> Find(string? email, string? token) =>
        await accounts.Users.WithAddress(EmailAddress.ParseStored(email ?? "")).SingleOrDefaultAsync() is { } account
        && await LinkAccount.Verify(accounts, account, token ?? "") ? account : null;
}

/// <summary>The result of setting a password.</summary>
public abstract record SetPasswordOutcome
{
    private SetPasswordOutcome() { }

    /// <summary>The password is set. The link is used up.</summary>
    public sealed record Done(Guid AccountId) : SetPasswordOutcome;

    /// <summary>The password is too short or too long. The link still works.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : SetPasswordOutcome;

    /// <summary>The link was used, has expired or is incomplete.</summary>
    public sealed record BadLink : SetPasswordOutcome;
}
