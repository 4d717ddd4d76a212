using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Gives an account another password, for its owner, who has just proved who he is. All his other sessions end.</summary>
public sealed class ChangePassword(UserManager<Account> accounts, ReplacePassword replace)
{
    /// <summary>Sets the password of the account of <paramref name="session"/>, which goes on.</summary>
    /// <param name="session">The session of who asks.</param>
    /// <param name="password">As typed.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was changed.</exception>
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

/// <summary>What came of changing a password.</summary>
public abstract record ChangePasswordOutcome
{
    private ChangePasswordOutcome() { }

    /// <summary>It is changed.</summary>
    public sealed record Done : ChangePasswordOutcome;

    /// <summary>It is too short or too long.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : ChangePasswordOutcome;

    /// <summary>Somebody else changed the account at the same moment; nothing was done.</summary>
    public sealed record Overtaken : ChangePasswordOutcome;
}
