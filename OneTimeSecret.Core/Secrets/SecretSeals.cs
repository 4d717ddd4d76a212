using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Seals the stored parts of a new secret. A passphrase is hashed inside the hashing gate.</summary>
public sealed class SecretSeals(KeyRing ring, HashingGate gate, IOptions<PassphraseOptions> passphrases)
{
    /// <summary>Seals a value into its box.</summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal Task<byte[]> Box(
        SecretKey key, SecretBox.SecretPlace place, ReadOnlyMemory<byte> value, string? passphrase, string client,
        CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(passphrase))
            return Task.FromResult(SecretBox.Seal(ring, key, place, value.Span, null, null));
        return gate.Run(HashedText.Passphrase, client, slot => slot.Run(Seal), cancellation);

        byte[] Seal()
        {
            var kept = Passphrase.New(key, passphrase, passphrases.Value.BcryptCost, passphrases.Value.StretchIterations);
            using var stretched = kept.Stretch(passphrase);
            return SecretBox.Seal(ring, key, place, value.Span, kept, stretched);
        }
    }

    /// <summary>
    /// Seals the keys into the receipt: the link's key under the metadata key and, for an owner, the metadata key under the server's key.
    /// </summary>
    internal void AddKeys(StoredReceipt receipt, SecretKey key, MetadataKey metadataKey)
    {
        using (var material = key.Material())
            receipt.SealedSecretKey = metadataKey.Seal(receipt.SecretKeyPlace, material.Span);
        if (receipt.OwnerId is null)
            return;
        using (var material = metadataKey.Material())
            receipt.SealedMetadataKey = ring.Seal(receipt.MetadataKeyPlace, material.Span);
    }
}
