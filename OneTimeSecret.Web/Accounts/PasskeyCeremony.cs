using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// What browser and server say to each other so that somebody makes a passkey or proves himself with one. Identity makes the questions
/// and checks the answers (WebAuthn sections 7.1 and 7.2).
/// </summary>
internal sealed class PasskeyCeremony(
    IPasskeyHandler<Account> handler, UserManager<Account> accounts, PasskeyStates states, UsePasskey passkeys, RefusalBursts refusals,
    TimeProvider time)
{
    /// <summary>A question for the browser's authenticators.</summary>
    /// <returns>Null: who asks may not, or not now.</returns>
    public async Task<PasskeyQuestion?> Ask(HttpContext context, PasskeyUse use)
    {
        switch (use)
        {
            case PasskeyUse.SignIn: // names no credentials, so it is the same for everybody
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

    /// <summary>Whose passkey has answered; null: nobody's that counts, and why is not told.</summary>
    public async Task<Guid?> Prove(HttpContext context, PasskeyUse use, PasskeyAnswer answer)
    {
        var result = await states.Spend(use, answer, context.RequestAborted) is { } state
            ? await handler.PerformAssertionAsync(
                new() { HttpContext = context, CredentialJson = answer.Credential ?? "", AssertionState = state })
            : null; // an answer that was given before, or to another question
        if (result is { Succeeded: true } && await passkeys.Run(result.User.Id, result.Passkey, context.RequestAborted))
            return result.User.Id;
        refusals.Count(AuditKind.SignInRefused, new Caller(ClientAddress.Of(context).Name), result?.User?.Id.ToString());
        return null;
    }

    /// <summary>The passkey that the browser has made for an account; null: it is none that counts.</summary>
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

/// <summary>What a passkey is wanted for. A question for one use is worth nothing for another.</summary>
public enum PasskeyUse
{
    /// <summary>Signing in, in the place of password and second factor.</summary>
    SignIn,

    /// <summary>The second factor, after the password.</summary>
    Code,

    /// <summary>Proving again who somebody is that is signed in.</summary>
    Proof,

    /// <summary>Making a new one.</summary>
    Add,
}

/// <summary>A question as the browser's script gets it.</summary>
/// <param name="Options">JSON for <c>navigator.credentials</c>.</param>
/// <param name="State">Comes back with the answer.</param>
internal sealed record PasskeyQuestion(string Options, string State);

/// <summary>The fields with which a form answers.</summary>
public sealed class PasskeyAnswer
{
    /// <summary>The question's state.</summary>
    public string? State { get; set; }

    /// <summary>The credential as JSON.</summary>
    public string? Credential { get; set; }

    /// <summary>The name for a new passkey.</summary>
    public string? Name { get; set; }

    /// <summary>Whether who signs in wants to stay signed in.</summary>
    public bool Stay { get; set; }
}
