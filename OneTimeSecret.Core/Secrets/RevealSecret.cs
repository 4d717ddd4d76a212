using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Reveals a secret, once. It decrypts first, claims second and discloses last. So a wrong passphrase or a damaged box destroys nothing,
/// a race discloses nothing twice, and a crash between claim and answer loses at most that one answer.
/// </summary>
public sealed class RevealSecret(
    IDbContextFactory<OtsDbContext> contexts, KeyRing ring, PassphraseCheck passphrases, ClaimSecret claim, RepeatReveal repeat,
    TimeProvider time)
{
    /// <summary>Reveals the secret that <paramref name="key"/> opens. Null, for text that is no key, counts as an unknown key.</summary>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting. Nothing was consumed.</exception>
    /// <exception cref="BrokenBoxException">The stored row was damaged. Nothing was consumed.</exception>
    public Task<RevealOutcome> Run(SecretKey? key, string? passphrase, Caller caller, CancellationToken cancellation) =>
        Run(key, passphrase, null, caller, cancellation);

    /// <summary>
    /// The same, for an asker whose answer may get lost. A request with the same <paramref name="proof"/> gets it again for
    /// <see cref="SecretOptions.RetrySeconds"/>. Null, or with that setting off: only once.
    /// </summary>
    /// <inheritdoc cref="Run(SecretKey, string, Caller, CancellationToken)"/>
    public async Task<RevealOutcome> Run(
        SecretKey? key, string? passphrase, RetryProof? proof, Caller caller, CancellationToken cancellation)
    {
        if (key is null)
            return new RevealOutcome.Unknown();
        if (await repeat.Run(key, proof, passphrase, caller, cancellation) is { } fetched)
            return fetched;
        var outcome = await Once(key, passphrase, proof, caller, cancellation);
        // A request of the same asker may have claimed the secret meanwhile.
        return outcome is RevealOutcome.Unknown
            ? await repeat.Run(key, proof, passphrase, caller, cancellation) ?? outcome
            : outcome;
    }

    private async Task<RevealOutcome> Once(
        SecretKey key, string? passphrase, RetryProof? proof, Caller caller, CancellationToken cancellation)
    {
        if (await Find(key, cancellation) is not var (place, box))
            return new RevealOutcome.Unknown();

        using var contents = SecretBox.OpenOuter(ring, place, box);
        PassphraseOutcome.Right? right = null;
        if (contents.Passphrase is { } kept)
        {
            var outcome = await passphrases.Run(place, key, kept, passphrase, PassphraseUse.Reveal, caller, cancellation);
            switch (outcome)
            {
                case PassphraseOutcome.Right match:
                    right = match;
                    break;
                case PassphraseOutcome.Wrong:
                    return new RevealOutcome.WrongPassphrase();
                case PassphraseOutcome.Locked(var until):
                    return new RevealOutcome.Locked(until);
                default:
                    return new RevealOutcome.Unknown();
            }
        }

        using var stretched = right?.Stretched;
        return await passphrases.Keep<RevealOutcome>(right, async () =>
        {
            var value = SecretBox.OpenInner(key, place, contents, stretched);
            ClaimOutcome? claimed = null;
            try
            {
                var kept = repeat.Seal(key, proof, place, value, contents.Passphrase, stretched);
                claimed = await claim.Run(
                    new Claim(place, box.Length, ReceiptState.Received, caller) { Spent = right?.Spent, Kept = kept }, cancellation);
            }
            finally
            {
                if (claimed is not ClaimOutcome.Claimed)
                    value.Dispose();
            }
            return claimed switch
            {
                ClaimOutcome.Claimed(var until) => new RevealOutcome.Revealed(value, key.Text) { Until = until },
                ClaimOutcome.Locked(var until) => new RevealOutcome.Locked(until),
                _ => new RevealOutcome.Unknown(),
            };
        });
    }

    private async Task<(SecretBox.SecretPlace Place, byte[] Box)?> Find(SecretKey key, CancellationToken cancellation)
    {
        var (id, now) = (key.Id, time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var found = await db.Secrets
            .Where(s => s.Id == id && s.Expires > now)
            .Join(
                db.Receipts.Where(r => r.State == ReceiptState.New), s => s.ReceiptId, r => r.Id,
                (s, r) => new { s.ReceiptId, s.Box, s.Expires, MakerId = r.Adopted ? null : r.OwnerId })
            .SingleOrDefaultAsync(cancellation);
        return found is null
            ? null
            : (new SecretBox.SecretPlace(id, found.ReceiptId, found.MakerId, found.Expires), found.Box);
    }
}

/// <summary>The outcome of a reveal.</summary>
public abstract record RevealOutcome
{
    private RevealOutcome() { }

    /// <summary>The secret. Its row on the server is deleted, or kept for a while for the same asker.</summary>
    /// <param name="Value">The value in UTF-8. The receiver disposes it after writing the answer.</param>
    /// <param name="SecretKey">The key of the revealed secret.</param>
    public sealed record Revealed(SecretBytes Value, string SecretKey) : RevealOutcome
    {
        /// <summary>Until when the same asker can fetch the value again. Null: it is gone.</summary>
        public DateTimeOffset? Until { get; init; }

        /// <summary>Does not contain the value or the key.</summary>
        public override string ToString() => nameof(Revealed);
    }

    /// <summary>The secret never existed, has expired, was burned or was revealed. Callers cannot tell which.</summary>
    public sealed record Unknown : RevealOutcome;

    /// <summary>The passphrase is missing or wrong. The secret still exists.</summary>
    public sealed record WrongPassphrase : RevealOutcome;

    /// <summary>
    /// Too many wrong passphrases. Until <paramref name="Until"/> not even the right one is tried. If only the holder of the metadata key
    /// can unlock the secret, that time is after its expiry.
    /// </summary>
    public sealed record Locked(DateTimeOffset Until) : RevealOutcome;
}
