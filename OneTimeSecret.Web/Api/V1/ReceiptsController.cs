using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Reads a receipt, burns its secret, lists the caller's receipts. The three routes are old and new names.</summary>
[Route("api/v1/private"), Route("api/v1/metadata"), Route("api/v1/receipt")]
public sealed class ReceiptsController(FindReceipt receipts, BurnSecret burn, RecentReceipts recent) : V1Controller
{
    /// <summary>The caller's receipts, newest first, streamed as they are read from the database.</summary>
    [AcceptVerbs("GET", "HEAD", Route = "recent"), Demands(TokenScopes.Receipts, Account = true)]
    [EndpointSummary("Your receipts that still exist, newest first")]
    [ProducesResponseType<ReceiptBody[]>(StatusCodes.Status200OK, "application/json")]
    public IActionResult Recent(CancellationToken cancellation)
    {
        var origin = Origin;
        return V1Answer.Ok(recent.Run(Caller.Account!, cancellation).Select(receipt => ReceiptBody.InRecent(receipt, origin)));
    }

    /// <summary>The receipt. Reading changes nothing.</summary>
    [AcceptVerbs("GET", "HEAD", "POST", Route = "{key}"), Demands(TokenScopes.Receipts)]
    [EndpointSummary("What became of a secret")]
    [ProducesResponseType<ReceiptBody>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> Show([FromRoute] string key, CancellationToken cancellation) =>
        await receipts.Run(MetadataKey.Parse(key), withTries: false, cancellation) is { } receipt
            ? V1Answer.Ok(ReceiptBody.Of(receipt, Origin))
            : Unknown(key);

    /// <summary>Destroys the secret unread.</summary>
    [HttpPost("{key}/burn"), Demands(TokenScopes.Receipts, Limit = RateLimit.Burns)]
    [EndpointSummary("Destroy a secret unread")]
    [Takes("passphrase")]
    [ProducesResponseType<BurnBody>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> Burn([FromRoute] string key, CancellationToken cancellation) =>
        await burn.Run(MetadataKey.Parse(key), Parameters.Text("passphrase"), Caller, cancellation) switch
        {
            BurnOutcome.Burned(var receipt, var secretKey) => V1Answer.Ok(new BurnBody(ReceiptBody.Of(receipt, Origin), secretKey[..8])),
            _ => Unknown(key),
        };
}

/// <summary>The answer to a burn. The receipt is nested in <c>state</c>, because clients depend on that.</summary>
public sealed record BurnBody(ReceiptBody State, string SecretShortkey);
