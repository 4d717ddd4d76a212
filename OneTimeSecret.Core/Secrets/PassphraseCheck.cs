using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Decides a passphrase: a place at the gate, then a spent try, then the hashes. The same for revealing and burning.</summary>
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
    /// Runs <paramref name="next"/>, what a right passphrase allows. When it fails (a broken box, a busy server, a fault, a caller who
    /// left), the secret is still there and the spent try is given back: only wrong passphrases count.
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
            return new PassphraseOutcome.Wrong(); // costs nothing: there is nothing to compute
        // Looked at before the gate too, so that tries which may not hash take no place from those that may; the spend decides.
        if (await tries.LockedUntil(secretId, use, caller.Client, cancellation) is { } locked)
            return new PassphraseOutcome.Locked(locked);
        using var slot = await gate.Enter(cancellation);
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

/// <summary>What came of a passphrase.</summary>
internal abstract record PassphraseOutcome
{
    /// <summary>Right. The spent try goes with the secret, or is given back. The receiver disposes the stretched passphrase.</summary>
    public sealed record Right(TryOutcome.Spent Spent, SecretBytes Stretched) : PassphraseOutcome;

    /// <summary>Wrong or missing.</summary>
    public sealed record Wrong : PassphraseOutcome;

    /// <summary>Not tried before then.</summary>
    public sealed record Locked(DateTimeOffset Until) : PassphraseOutcome;

    /// <summary>The secret went meanwhile.</summary>
    public sealed record Gone : PassphraseOutcome;
}
