using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Conceals, generates and reveals secrets.</summary>
public sealed class SecretsController(ConcealSecret conceal, GenerateSecret generate, RevealSecret reveal, RepeatReveal repeat)
    : V1Controller
{
    /// <summary>The header with the proof of an asker. Other APIs use this name, too (draft-ietf-httpapi-idempotency-key-header).</summary>
    private const string ProofHeader = "Idempotency-Key";

    private const string BadProof = "The header Idempotency-Key must have 22 to 200 visible ASCII characters. Nothing was revealed.";

    /// <summary>Conceals the given secret.</summary>
    [HttpPost("share"), HttpPost("create"), Demands(TokenScopes.Create, Limit = RateLimit.Creates)]
    [EndpointSummary("Conceal a secret and get its link")]
    [Takes("secret", "passphrase", "ttl", "recipient", "share_domain")]
    [ProducesResponseType<ReceiptBody>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> Share(CancellationToken cancellation) =>
        Answer(await conceal.Run(Parameters.Bytes("secret") ?? default, Draft(), Caller, cancellation));

    /// <summary>Generates a password and conceals it.</summary>
    [HttpPost("generate"), Demands(TokenScopes.Create, Limit = RateLimit.Creates), ShowsSecret]
    [EndpointSummary("Conceal a password made by the server")]
    [Takes("passphrase", "ttl", "recipient", "share_domain", "length", "character_sets")]
    [ProducesResponseType<ReceiptBody>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> Generate(CancellationToken cancellation)
    {
        var recipe = new PasswordRecipe(
            ParameterRules.Length(Parameters.Text("length")), ParameterRules.Sets(Parameters.Flags("character_sets")));
        var (outcome, value) = await generate.Run(recipe, Draft(), Caller, cancellation);
        return Answer(outcome, value);
    }

    /// <summary>
    /// Reveals a secret. This works once, or with <c>Secrets:RetrySeconds</c> again for a short time with the same <c>Idempotency-Key</c>.
    /// </summary>
    [HttpPost("secret/{key}"), Demands(TokenScopes.Reveal, Limit = RateLimit.Reveals), ShowsSecret]
    [EndpointSummary("Reveal a secret; works once")]
    [Takes("passphrase")]
    [ProducesResponseType<RevealBody>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> Reveal([FromRoute] string key, CancellationToken cancellation)
    {
        var header = repeat.IsOn ? Request.Headers[ProofHeader] : default;
        var proof = header is [var text] ? RetryProof.Parse(text) : null;
        if (proof is null && header.Count > 0)
            return V1Answer.Malformed(BadProof);
        return await reveal.Run(SecretKey.Parse(key), Parameters.Text("passphrase"), proof, Caller, cancellation) switch
        {
            RevealOutcome.Revealed revealed => V1Answer.Ok(new RevealBody(revealed.Value, revealed.SecretKey, Origin)),
            _ => Unknown(key),
        };
    }

    private SecretDraft Draft() => new(
        Parameters.Text("passphrase"), ParameterRules.Ttl(Parameters.Text("ttl")), Parameters.List("recipient"),
        Parameters.Text("share_domain"));

    private V1Answer Answer(ConcealOutcome outcome, string? value = null) => outcome switch
    {
        ConcealOutcome.Concealed(var receipt) => V1Answer.Ok(ReceiptBody.Of(receipt, Origin, value)),
        ConcealOutcome.NothingToShare => Bad("You did not provide anything to share"),
        ConcealOutcome.TooLarge(var max) => V1Answer.TooLarge(max),
        ConcealOutcome.PassphraseTooShort(var min) => Bad($"Passphrase must be at least {min} characters long"),
        ConcealOutcome.PassphraseTooLong(var max) => Bad($"Passphrase must be no more than {max} characters long"),
        ConcealOutcome.AccountRequired => Bad("An account is required to send emails."),
        ConcealOutcome.BadRecipient(var address) => Undeliverable(address),
        ConcealOutcome.RecipientOptedOut(var address) => Undeliverable(address),
        ConcealOutcome.TooManyMails(var retryAfter) => V1Answer.RateLimited(retryAfter),
        ConcealOutcome.TooMuchStored(var retryAfter) => V1Answer.RateLimited(retryAfter),
        ConcealOutcome.NoRoom full => V1Answer.Unavailable(full.RetryAfter),
        ConcealOutcome.TooManyRecipients => Bad("Too many recipients"),
        ConcealOutcome.MailNotConfigured => Bad("This server does not send email."),
        ConcealOutcome.GeneratedTooLong(var max) => Bad($"Generated password length must be no more than {max} characters"),
        ConcealOutcome.GeneratedTooShort => Bad("Generated password length must be at least 1 character"),
        _ => throw new InvalidOperationException($"No answer for {outcome.GetType().Name}."),
    };

    private static V1Answer Undeliverable(string address) => Bad($"Undeliverable email address: {address}");

    private static V1Answer Bad(string message) => V1Answer.Refused(message, StatusCodes.Status400BadRequest);
}
