using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Sets an account's password with the token of a link (<see cref="LinkAccount"/>), once: the link proves the address, and all sessions
/// end, for whoever forgot a password may have lost more.
/// </summary>
public sealed class SetPassword(UserManager<Account> accounts, ReplacePassword replace)
{
    /// <summary>Fewest characters of a password.</summary>
    public const int MinLength = 10;

    /// <summary>
    /// Most characters of a password. The hash is slow whatever the length; this keeps what is hashed before it small.
    /// </summary>
    public const int MaxLength = 256;

    /// <summary>The one rule for passwords: their length.</summary>
    internal static bool IsLongEnough([NotNullWhen(true)] string? password) => password is { Length: >= MinLength and <= MaxLength };

    /// <summary>Sets the password of the account of <paramref name="email"/>.</summary>
    /// <param name="email">The address in the link.</param>
    /// <param name="token">The token in the link.</param>
    /// <param name="password">As typed.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was changed, the link still works.</exception>
    public async Task<SetPasswordOutcome> Run(
        string? email, string? token, string? password, Caller by, CancellationToken cancellation)
    {
        if (!IsLongEnough(password))
            return new SetPasswordOutcome.Weak(MinLength, MaxLength);
        if (await Find(email, token) is not { } account)
            return new SetPasswordOutcome.BadLink();
        // Who sets the first one needs not be told that there was another.
        var tells = account.PasswordHash is not null;
        return await replace.Run(account, password, proved: true, keep: null, by, tells, cancellation)
            ? new SetPasswordOutcome.Done(account.Id)
            : new SetPasswordOutcome.BadLink();
    }

    /// <summary>Whether a link would set a password now. Changes nothing.</summary>
    /// <param name="email">The address in the link.</param>
    /// <param name="token">The token in the link.</param>
    public async Task<bool> Opens(string? email, string? token) => await Find(email, token) is not null;

    /// <summary>An unknown address and a used or late link are the same: nobody learns which accounts exist.</summary>
    private async Task<Account?> Find(string? email, string? token) =>
        EmailAddress.Parse(email ?? "") is { } address && await accounts.FindByEmailAsync(address.Text) is { } account
        && await LinkAccount.Verify(accounts, account, token ?? "") ? account : null;
}

/// <summary>What came of setting a password.</summary>
public abstract record SetPasswordOutcome
{
    private SetPasswordOutcome() { }

    /// <summary>It is set; the link is used up.</summary>
    public sealed record Done(Guid AccountId) : SetPasswordOutcome;

    /// <summary>It is too short or too long; the link still works.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : SetPasswordOutcome;

    /// <summary>The link was used, is too old or is incomplete.</summary>
    public sealed record BadLink : SetPasswordOutcome;
}
