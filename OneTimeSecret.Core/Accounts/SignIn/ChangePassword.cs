using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Changes an account's password for its owner, who has just proved their identity. All other sessions end.</summary>
public sealed class ChangePassword(UserManager<Account> accounts, ReplacePassword replace)
{
    /// <summary>Sets the password of the account of <paramref name="session"/>.</summary>
    /// <param name="session">The owner's session, which stays open.</param>
    /// <param name="password">The new password as typed.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting. Nothing was changed.</exception>
    public async Task<ChangePasswordOutcome> Run(
        OpenedSession session, string password, Caller by, CancellationToken cancellation)
    {
        if (!SetPassword.IsLongEnough(password))
            return new ChangePasswordOutcome.Weak(SetPassword.MinLength, SetPassword.MaxLength);
        return await accounts.FindByIdAsync(session.Account.Id.ToString()) is { } account
            && await replace.Run(account, password, proved: false, session.Hash, by, tells: true, cancellation)
            ? new ChangePasswordOutcome.Done()
            : new ChangePasswordOutcome.Overtaken();
    }
}

/// <summary>The result of changing a password.</summary>
public abstract record ChangePasswordOutcome
{
    private ChangePasswordOutcome() { }

    /// <summary>The password is changed.</summary>
    public sealed record Done : ChangePasswordOutcome;

    /// <summary>The password is too short or too long.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : ChangePasswordOutcome;

    /// <summary>Another request changed the account at the same time. Nothing was done.</summary>
    public sealed record Overtaken : ChangePasswordOutcome;
}
