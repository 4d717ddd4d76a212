using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The exchange between browser and server to register a passkey or to authenticate with one. Identity creates the challenges and
/// verifies the responses (WebAuthn sections 7.1 and 7.2).
/// </summary>
internal sealed class PasskeyCeremony(
    IPasskeyHandler<Account> handler, UserManager<Account> accounts, PasskeyStates states, UsePasskey passkeys, RefusalBursts refusals,
    TimeProvider time)
{
    /// <summary>Creates a challenge for the browser's authenticators.</summary>
    /// <returns>The challenge. Null if the request's session or pending sign-in does not allow this use.</returns>
    public async Task<PasskeyQuestion?> Ask(HttpContext context, PasskeyUse use)
    {
        switch (use)
        {
            case PasskeyUse.SignIn: // it lists no credentials, so it does not reveal who has an account
                return await Request(context, use, account: null);
            case PasskeyUse.Code:
                return await SignInSteps.Pending(context) is { } step ? await Request(context, use, await Find(step.AccountId)) : null;
            case PasskeyUse.Proof:
                return context.Session() is { } session ? await Request(context, use, await Find(session.Account.Id)) : null;
            case PasskeyUse.Add:
                return context.Session() is { } fresh && fresh.IsFresh(time.GetUtcNow()) ? await Creation(context, fresh.Account) : null;
            default:
                return null;
        }
    }

    /// <summary>Verifies a response. Returns the account of the passkey, or null if it is not valid. The user is not told why.</summary>
    public async Task<Guid?> Prove(HttpContext context, PasskeyUse use, PasskeyAnswer answer)
    {
        var result = await states.Spend(use, answer, context.RequestAborted) is { } state
            ? await handler.PerformAssertionAsync(
                new() { HttpContext = context, CredentialJson = answer.Credential ?? "", AssertionState = state })
            : null; // the response was used before, or belongs to another challenge
        if (result is { Succeeded: true } && await passkeys.Run(result.User.Id, result.Passkey, context.RequestAborted))
            return result.User.Id;
        refusals.Count(AuditKind.SignInRefused, new Caller(context.Client().Name), result?.User?.Id.ToString());
        return null;
    }

    /// <summary>Verifies the registration of a passkey for an account. Null if it is not valid.</summary>
    public async Task<UserPasskeyInfo?> Made(HttpContext context, Guid accountId, PasskeyAnswer answer)
    {
        if (await states.Spend(PasskeyUse.Add, answer, context.RequestAborted) is not { } state)
            return null;
        var result = await handler.PerformAttestationAsync(
            new() { HttpContext = context, CredentialJson = answer.Credential ?? "", AttestationState = state });
        return result.Succeeded && string.Equals(result.UserEntity.Id, accountId.ToString(), StringComparison.Ordinal)
            ? result.Passkey
            : null;
    }

    private async Task<PasskeyQuestion> Request(HttpContext context, PasskeyUse use, Account? account)
    {
        var options = await handler.MakeRequestOptionsAsync(account, context);
        return new(options.RequestOptionsJson, states.Seal(use, options.AssertionState!));
    }

    private async Task<PasskeyQuestion> Creation(HttpContext context, SignedIn account)
    {
        var options = await handler.MakeCreationOptionsAsync(
            new() { Id = account.Id.ToString(), Name = account.Email, DisplayName = account.Email }, context);
        return new(options.CreationOptionsJson, states.Seal(PasskeyUse.Add, options.AttestationState!));
    }

    private Task<Account?> Find(Guid accountId) => accounts.FindByIdAsync(accountId.ToString());
}

/// <summary>The purpose of a passkey challenge. A challenge for one purpose is not valid for another.</summary>
public enum PasskeyUse
{
    /// <summary>Signing in, instead of password and second factor.</summary>
    SignIn,

    /// <summary>The second factor, after the password.</summary>
    Code,

    /// <summary>A new proof of identity within a session.</summary>
    Proof,

    /// <summary>Registering a new passkey.</summary>
    Add,
}

/// <summary>A challenge, as the browser's script receives it.</summary>
/// <param name="Options">JSON for <c>navigator.credentials</c>.</param>
/// <param name="State">The protected state, which the browser returns with the response.</param>
internal sealed record PasskeyQuestion(string Options, string State);

/// <summary>The fields of a form with the response.</summary>
public sealed class PasskeyAnswer
{
    /// <summary>The state of the challenge.</summary>
    public string? State { get; set; }

    /// <summary>The credential as JSON.</summary>
    public string? Credential { get; set; }

    /// <summary>The name for a new passkey.</summary>
    public string? Name { get; set; }

    /// <summary>Whether the user wants to stay signed in.</summary>
    public bool Stay { get; set; }
}
