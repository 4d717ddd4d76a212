using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Keys.Rotation;

/// <summary>Stores the framework's data protection keys sealed in the database, so that all instances share them.</summary>
public sealed class DataProtectionKeys(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring)
{
    /// <summary>Opens all keys, one by one, as the framework wrote them. Dispose each before the next.</summary>
    /// <exception cref="BrokenBoxException">A row was damaged, moved or forged, so its key must not be trusted.</exception>
    public IEnumerable<SecretBytes> Read()
    {
        using var db = contexts.CreateDbContext();
        foreach (var key in db.DataProtectionKeys.AsNoTracking())
            yield return ring.Open(key.Place, key.Box);
    }

    /// <summary>Stores a key under the framework's name for it.</summary>
    public void Write(string id, ReadOnlySpan<byte> key)
    {
        var row = new DataProtectionKey { Id = id, Box = [] };
        row.Box = ring.Seal(row.Place, key);
        write.RunSynchronously(db => db.DataProtectionKeys.Add(row));
    }
}
