using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Answers a reveal again, to whoever sent the same proof with the first request and nobody else, for
/// <see cref="SecretOptions.RetrySeconds"/> (docs/adr/0016). A passphrase is needed again.
/// </summary>
public sealed class RepeatReveal(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, HashingGate gate, RefusalBursts refusals,
    TimeProvider time, IOptions<SecretOptions> options)
{
    /// <summary>Whether answers are kept.</summary>
    public bool IsOn => options.Value.RetrySeconds > 0;

    /// <summary>What the asker may know of a kept answer before it is fetched. Null: there is none for this proof.</summary>
    public async Task<SecretNotice?> Look(SecretKey? key, RetryProof? proof, CancellationToken cancellation) =>
        await Find(key, proof, cancellation) is { } found
            ? new SecretNotice(found.HasPassphrase, found.Place.Until, null) { IsRepeat = true }
            : null;

    /// <summary>Fetches a kept answer. Null: there is none for this proof.</summary>
    internal async Task<RevealOutcome?> Run(
        SecretKey key, RetryProof? proof, string? passphrase, Caller caller, CancellationToken cancellation)
    {
        if (proof is null || await Find(key, proof, cancellation) is not { } found)
            return null;
        using var contents = AnswerBox.OpenOuter(ring, found.Place, found.Box);
        using var stretched = contents.Passphrase is { } kept ? await Check(found.Id, key, kept, passphrase, caller, cancellation) : null;
        if (contents.Passphrase is not null && stretched is null)
        {
            refusals.Count(AuditKind.PassphraseRefused, caller, StoredReceipt.ShortId(found.Place.ReceiptId));
            return new RevealOutcome.WrongPassphrase();
        }
        SecretBytes? value = null;
        var (isRecorded, guesses) = (false, stretched is null ? 0 : 1);
        try
        {
            value = AnswerBox.OpenInner(key, proof, found.Place, contents, stretched);
            isRecorded = await Record(found, guesses, caller, cancellation);
        }
        finally
        {
            if (!isRecorded)
                value?.Dispose();
            if (!isRecorded && guesses > 0)
                await GiveBack(found.Id);
        }
        return isRecorded ? new RevealOutcome.Revealed(value, key.Text) { Until = found.Place.Until } : null;
    }

    /// <summary>Seals the answer of a reveal, to be stored by its claim. Null: nothing is to be kept.</summary>
    internal KeptAnswer? Seal(
        SecretKey key, RetryProof? proof, SecretBox.SecretPlace place, SecretBytes value, Passphrase? passphrase, SecretBytes? stretched)
    {
        if (!IsOn || proof is null)
            return null;
        var end = time.GetUtcNow().AddSeconds(options.Value.RetrySeconds);
        var until = DateTimeOffset.FromUnixTimeMilliseconds((end < place.Expires ? end : place.Expires).ToUnixTimeMilliseconds());
        var here = new AnswerPlace(place.SecretId, place.ReceiptId, place.Owner, until);
        return new KeptAnswer
        {
            Id = proof.AnswerId(ring, key), SecretId = place.SecretId, ReceiptId = place.ReceiptId, Until = until,
            Box = AnswerBox.Seal(ring, key, proof, here, value.Span, passphrase, stretched),
        };
    }

    private async Task<Found?> Find(SecretKey? key, RetryProof? proof, CancellationToken cancellation)
    {
        if (!IsOn || key is null || proof is null)
            return null;
        var (id, secretId, now) = (proof.AnswerId(ring, key), key.Id, time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var found = await Alive(db, id, now)
            .Where(a => a.SecretId == secretId && a.Guesses < KeptAnswer.MostGuesses)
            .Join(
                db.Receipts, a => a.ReceiptId, r => r.Id,
                (a, r) => new { a.ReceiptId, a.Box, a.Until, r.HasPassphrase, MakerId = r.Adopted ? null : r.OwnerId })
            .SingleOrDefaultAsync(cancellation);
        return found is null
            ? null
            : new Found(id, new AnswerPlace(secretId, found.ReceiptId, found.MakerId, found.Until), found.Box, found.HasPassphrase);
    }

    /// <summary>Stretches a right passphrase. Null: it is missing or wrong, or there were too many wrong ones.</summary>
    private async Task<SecretBytes?> Check(
        byte[] answerId, SecretKey key, Passphrase kept, string? given, Caller caller, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(given))
            return null;
        return await gate.Run(HashedText.Passphrase, caller.Client, Try, cancellation);

        async Task<SecretBytes?> Try(HashingGate.Slot slot) => await SpendGuess(answerId, cancellation)
            ? await slot.Run(() => kept.Matches(key, given) ? kept.Stretch(given) : null)
            : null;
    }

    /// <summary>Counts a guess before its hash is computed.</summary>
    private async Task<bool> SpendGuess(byte[] answerId, CancellationToken cancellation) => await write.Run(
        db => Alive(db, answerId, time.GetUtcNow())
            .Where(a => a.Guesses < KeptAnswer.MostGuesses)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Guesses, a => a.Guesses + 1)),
        cancellation) == 1;

    /// <summary>Takes a guess back that was right, although its asker does not wait any more.</summary>
    private Task<int> GiveBack(byte[] answerId) => write.RunWhenRoom(
        db => Alive(db, answerId, time.GetUtcNow())
            .Where(a => a.Guesses > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Guesses, a => a.Guesses - 1)));

    /// <summary>Records that the answer was fetched, if it is still there, and takes a guess back that was right.</summary>
    private Task<bool> Record(Found found, int guesses, Caller caller, CancellationToken cancellation) => write.Run(
        async db =>
        {
            // A statement that changes the row, so that a burn at the same time comes before or after it.
            if (await Alive(db, found.Id, time.GetUtcNow())
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Guesses, a => a.Guesses - guesses)) == 0)
                return false;
            db.Note(Act.Of(AuditKind.SecretFetchedAgain, caller) with { Subject = StoredReceipt.ShortId(found.Place.ReceiptId) });
            return true;
        },
        cancellation);

    private static IQueryable<KeptAnswer> Alive(OtsDbContext db, byte[] id, DateTimeOffset now) =>
        KeptAnswer.Alive(db, now).Where(a => a.Id == id);

    private sealed record Found(byte[] Id, AnswerPlace Place, byte[] Box, bool HasPassphrase);
}
