using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Destroys an unread secret: the claim of a reveal with another final state. A lock on revealing does not prevent it.</summary>
public sealed class BurnSecret(
    IDbContextFactory<OtsDbContext> contexts, KeyRing ring, PassphraseCheck passphrases, ClaimSecret claim, DropAnswer drop,
    FindReceipt receipts, TimeProvider time)
{
    /// <summary>
    /// Burns the secret whose receipt <paramref name="key"/> opens. Needs the passphrase if one is set. A secret that was revealed is
    /// unknown; an answer that is kept for a repeated request is then deleted, which needs no passphrase.
    /// </summary>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting. Nothing was burned.</exception>
    /// <exception cref="BrokenBoxException">The stored row was damaged. Nothing was burned.</exception>
    public async Task<BurnOutcome> Run(MetadataKey? key, string? passphrase, Caller caller, CancellationToken cancellation)
    {
        if (key is null)
            return new BurnOutcome.Unknown();
        var outcome = await Burn(key, passphrase, caller, cancellation);
        if (outcome is BurnOutcome.Unknown)
            await drop.Run(key.Id, caller, cancellation);
        return outcome;
    }

    private async Task<BurnOutcome> Burn(MetadataKey key, string? passphrase, Caller caller, CancellationToken cancellation)
    {
        if (await Find(key, cancellation) is not var (place, box, secretKey))
            return new BurnOutcome.Unknown();

        PassphraseOutcome? outcome = null;
        using var contents = SecretBox.OpenOuter(ring, place, box);
        if (contents.Passphrase is { } kept)
            outcome = await passphrases.Run(place, secretKey, kept, passphrase, PassphraseUse.Burn, caller, cancellation);
        switch (outcome)
        {
            case PassphraseOutcome.Wrong:
                return new BurnOutcome.WrongPassphrase();
            case PassphraseOutcome.Locked(var until):
                return new BurnOutcome.Locked(until);
            case PassphraseOutcome.Gone:
                return new BurnOutcome.Unknown();
        }

        var right = outcome as PassphraseOutcome.Right;
        using var stretched = right?.Stretched; // disposed only: a burn does not use it
        var claimed = await passphrases.Keep(right, () => claim.Run(
            new Claim(place, box.Length, ReceiptState.Burned, caller) { Spent = right?.Spent }, cancellation));
        return await Outcome(claimed, key, secretKey);
    }

    /// <summary>
    /// Burns the secret of a receipt in the list of <paramref name="owner"/>. The owner needs neither its key nor the passphrase.
    /// </summary>
    /// <param name="owner">The signed-in owner. The statement that deletes the secret checks the ownership.</param>
    /// <param name="rowId"><see cref="ListedReceipt.RowId"/>.</param>
    /// <param name="cancellation">Has an effect only until the claim begins. After that its outcome is awaited.</param>
    /// <returns>
    /// Burned or unknown. Unknown for other text, and if the receipt has another owner or none, is no longer unread, was changed outside
    /// the program, or was adopted and has a passphrase: an adopter has only the rights of the key, and the key needs the passphrase.
    /// </returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was burned.</exception>
    /// <exception cref="BrokenBoxException">The stored key of the link was damaged. Nothing was burned.</exception>
    public async Task<BurnOutcome> Run(Caller owner, string? rowId, CancellationToken cancellation)
    {
        if (owner.Account is not { } account
            || await receipts.Run(account, rowId, cancellation) is not { Receipt: { Adopted: false } or { HasPassphrase: false } } row
            || MetadataKey.Parse(row.Receipt.MetadataKey) is not { } key)
            return new BurnOutcome.Unknown();
        if (await Find(key, cancellation) is var (place, box, secretKey))
        {
            var mine = new Claim(place, box.Length, ReceiptState.Burned, owner) { Owner = account.Id };
            if (await Outcome(await claim.Run(mine, cancellation), key, secretKey) is BurnOutcome.Burned burned)
                return burned;
        }
        await drop.Run(key.Id, owner, cancellation);
        return new BurnOutcome.Unknown();
    }

    private async Task<BurnOutcome> Outcome(ClaimOutcome claimed, MetadataKey key, SecretKey secretKey) => claimed switch
    {
        ClaimOutcome.Claimed when await receipts.Run(key, CancellationToken.None) is { } receipt =>
            new BurnOutcome.Burned(receipt, secretKey.Text),
        ClaimOutcome.Locked(var until) => new BurnOutcome.Locked(until),
        _ => new BurnOutcome.Unknown(),
    };

    private async Task<(SecretBox.SecretPlace Place, byte[] Box, SecretKey Key)?> Find(MetadataKey key, CancellationToken cancellation)
    {
        var (id, now) = (key.Id, time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var found = await db.Receipts.AsNoTracking()
            .Where(r => r.Id == id && r.Expires > now && r.State == ReceiptState.New)
            .Join(db.Secrets.Where(s => s.Expires > now), r => r.Id, s => s.ReceiptId, (r, s) => new { Receipt = r, Secret = s })
            .SingleOrDefaultAsync(cancellation);
        if (found is null || found.Receipt.OpenSecretKey(key) is not { } secretKey)
            return null;
        var place = new SecretBox.SecretPlace(found.Secret.Id, id, found.Receipt.MakerId, found.Secret.Expires);
        return (place, found.Secret.Box, secretKey);
    }
}

/// <summary>The outcome of a burn.</summary>
public abstract record BurnOutcome
{
    private BurnOutcome() { }

    /// <summary>The secret was destroyed.</summary>
    /// <param name="Receipt">The receipt after the burn.</param>
    /// <param name="SecretKey">The key of the destroyed secret. It opens nothing any more.</param>
    public sealed record Burned(Receipt Receipt, string SecretKey) : BurnOutcome
    {
        /// <summary>Does not contain the keys.</summary>
        public override string ToString() => nameof(Burned);
    }

    /// <summary>There is nothing to burn (any more).</summary>
    public sealed record Unknown : BurnOutcome;

    /// <summary>The passphrase is missing or wrong. The secret still exists.</summary>
    public sealed record WrongPassphrase : BurnOutcome;

    /// <summary>Too many wrong passphrases. Until <paramref name="Until"/> not even the right one is tried.</summary>
    public sealed record Locked(DateTimeOffset Until) : BurnOutcome;
}
