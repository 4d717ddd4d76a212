using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Destroys a secret unread: the same claim as a reveal, with another end. A reveal's lock does not hinder it.</summary>
public sealed class BurnSecret(
    IDbContextFactory<OtsDbContext> contexts, KeyRing ring, PassphraseCheck passphrases, ClaimSecret claim, FindReceipt receipts,
    TimeProvider time)
{
    /// <summary>Burns the secret whose receipt <paramref name="key"/> opens; needs the passphrase where one is set.</summary>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was burned.</exception>
    /// <exception cref="BrokenBoxException">The stored row was damaged; nothing was burned.</exception>
    public async Task<BurnOutcome> Run(MetadataKey? key, string? passphrase, Caller caller, CancellationToken cancellation)
    {
        if (key is null || await Find(key, cancellation) is not var (place, box, secretKey))
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
        using var stretched = right?.Stretched; // a burn opens nothing with it
        var claimed = await passphrases.Keep(right, () => claim.Run(
            new Claim(place, box.Length, ReceiptState.Burned, caller) { Spent = right?.Spent }, cancellation));
        return await Outcome(claimed, key, secretKey);
    }

    /// <summary>
    /// Burns the secret of a receipt in the list of <paramref name="owner"/>: its owner needs neither its key nor the passphrase.
    /// </summary>
    /// <param name="owner">The owner, signed in; checked in the very statement that takes the secret.</param>
    /// <param name="rowId"><see cref="ListedReceipt.RowId"/>.</param>
    /// <param name="cancellation">Counts until the claim begins; from then on its outcome is waited for.</param>
    /// <returns>
    /// Burned, or unknown: for another's receipt, nobody's, one that is no longer unread, one that was changed outside the program, and
    /// any other text. Also for one that was adopted and has a passphrase: who took it over has the right of its key, which needs that.
    /// </returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was burned.</exception>
    /// <exception cref="BrokenBoxException">The stored link was damaged; nothing was burned.</exception>
    public async Task<BurnOutcome> Run(Caller owner, string? rowId, CancellationToken cancellation)
    {
        if (owner.Account is not { } account
            || await receipts.Run(account, rowId, cancellation) is not { Receipt: { Adopted: false } or { HasPassphrase: false } } row
            || MetadataKey.Parse(row.Receipt.MetadataKey) is not { } key
            || await Find(key, cancellation) is not var (place, box, secretKey))
            return new BurnOutcome.Unknown();
        var mine = new Claim(place, box.Length, ReceiptState.Burned, owner) { Owner = account.Id };
        return await Outcome(await claim.Run(mine, cancellation), key, secretKey);
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

/// <summary>What came of burning.</summary>
public abstract record BurnOutcome
{
    private BurnOutcome() { }

    /// <summary>Destroyed.</summary>
    /// <param name="Receipt">The receipt afterwards.</param>
    /// <param name="SecretKey">The key that the secret had; it opens nothing any more.</param>
    public sealed record Burned(Receipt Receipt, string SecretKey) : BurnOutcome
    {
        /// <summary>Says nothing of the keys.</summary>
        public override string ToString() => nameof(Burned);
    }

    /// <summary>There is nothing (any more) to burn.</summary>
    public sealed record Unknown : BurnOutcome;

    /// <summary>The passphrase is missing or wrong; the secret is still there.</summary>
    public sealed record WrongPassphrase : BurnOutcome;

    /// <summary>Too many wrong passphrases: not even the right one is tried before <paramref name="Until"/>.</summary>
    public sealed record Locked(DateTimeOffset Until) : BurnOutcome;
}
