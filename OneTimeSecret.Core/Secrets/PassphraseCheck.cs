using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Checks a passphrase for a reveal or a burn: waits for the hashing gate, spends a try, then computes the hashes.</summary>
public sealed class PassphraseCheck(HashingGate gate, PassphraseTries tries, RefusalBursts refusals)
{
    internal async Task<PassphraseOutcome> Run(
        SecretBox.SecretPlace place, SecretKey key, Passphrase kept, string? given, PassphraseUse use, Caller caller,
        CancellationToken cancellation)
    {
        var outcome = await Decide(place.SecretId, key, kept, given, use, caller, cancellation);
        if (outcome is PassphraseOutcome.Wrong or PassphraseOutcome.Locked)
            refusals.Count(AuditKind.PassphraseRefused, caller, StoredReceipt.ShortId(place.ReceiptId));
        return outcome;
    }

    /// <summary>
    /// Runs <paramref name="next"/>, the action that a right passphrase allows. If it throws (a broken box, a busy server, a fault, a
    /// cancelled request), the secret still exists and the spent try is given back: only wrong passphrases count.
    /// </summary>
    internal async Task<T> Keep<T>(PassphraseOutcome.Right? right, Func<Task<T>> next)
    {
        try
        {
            return await next();
        }
        catch when (right is not null)
        {
            await tries.Refund(right.Spent);
            throw;
        }
    }

    private async Task<PassphraseOutcome> Decide(
        byte[] secretId, SecretKey key, Passphrase kept, string? given, PassphraseUse use, Caller caller, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(given))
            return new PassphraseOutcome.Wrong(); // spends no try, because no hash is computed
        // Also checked before the gate, so that locked callers take no place in it. Only Spend decides.
        if (await tries.LockedUntil(secretId, use, caller.Client, cancellation) is { } locked)
            return new PassphraseOutcome.Locked(locked);
        return await gate.Run(HashedText.Passphrase, caller.Client, Try, cancellation);

        async Task<PassphraseOutcome> Try(HashingGate.Slot slot)
        {
            switch (await tries.Spend(secretId, use, caller.Client, cancellation))
            {
                case TryOutcome.Spent spent:
                    var stretched = await slot.Run(() => kept.Matches(key, given) ? kept.Stretch(given) : null);
                    return stretched is null ? new PassphraseOutcome.Wrong() : new PassphraseOutcome.Right(spent, stretched);
                case TryOutcome.Locked(var until):
                    return new PassphraseOutcome.Locked(until);
                default:
                    return new PassphraseOutcome.Gone();
            }
        }
    }
}

/// <summary>The outcome of a passphrase check.</summary>
internal abstract record PassphraseOutcome
{
    /// <summary>Right. The spent try is deleted with the secret, or given back. The receiver disposes the stretched passphrase.</summary>
    public sealed record Right(TryOutcome.Spent Spent, SecretBytes Stretched) : PassphraseOutcome;

    /// <summary>Wrong or missing.</summary>
    public sealed record Wrong : PassphraseOutcome;

    /// <summary>No passphrase is tried before <paramref name="Until"/>.</summary>
    public sealed record Locked(DateTimeOffset Until) : PassphraseOutcome;

    /// <summary>The secret was deleted meanwhile.</summary>
    public sealed record Gone : PassphraseOutcome;
}
