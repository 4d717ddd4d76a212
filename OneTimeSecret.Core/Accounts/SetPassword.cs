using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Sets an account's password with the token of a link (<see cref="LinkAccount"/>), once.</summary>
public sealed class SetPassword(UserManager<Account> accounts)
{
    /// <summary>Fewest characters of a password.</summary>
    public const int MinLength = 10;

    /// <summary>
    /// Most characters of a password. The hash is slow whatever the length; this keeps what is hashed before it small.
    /// </summary>
    public const int MaxLength = 256;

    /// <summary>Sets the password of the account of <paramref name="email"/>.</summary>
    public async Task<SetPasswordOutcome> Run(string? email, string? token, string? password)
    {
        if (password is not { Length: >= MinLength and <= MaxLength })
            return new SetPasswordOutcome.Weak(MinLength, MaxLength);
        // An unknown address and a used or late link are the same to the reader: nobody learns which accounts exist.
        if (EmailAddress.Parse(email ?? "") is not { } address || await accounts.FindByEmailAsync(address.Text) is not { } account)
            return new SetPasswordOutcome.BadLink();
        var result = await accounts.ResetPasswordAsync(account, token ?? "", password);
        return result.Succeeded ? new SetPasswordOutcome.Done() : new SetPasswordOutcome.BadLink();
    }
}

/// <summary>What came of setting a password.</summary>
public abstract record SetPasswordOutcome
{
    private SetPasswordOutcome() { }

    /// <summary>It is set; the link is used up.</summary>
    public sealed record Done : SetPasswordOutcome;

    /// <summary>It is too short or too long; the link still works.</summary>
    public sealed record Weak(int MinLength, int MaxLength) : SetPasswordOutcome;

    /// <summary>The link was used, is too old or is incomplete.</summary>
    public sealed record BadLink : SetPasswordOutcome;
}
