using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core;

/// <summary>
/// The first thing that every start does: makes the data folder, the key ring and the tables where they are missing, and refuses
/// to go on when the key ring does not fit the rows that are there.
/// </summary>
public sealed class OpenDatabase(DataFolder folder, IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    /// <summary>Opens the database.</summary>
    /// <exception cref="KeyRingException">
    /// The key ring is missing, damaged, or not the one of this database, or a key of cookies was not sealed by it.
    /// </exception>
    /// <exception cref="InvalidDataException">A newer version of the program made the database; it is left as it is.</exception>
    /// <exception cref="IOException">The data folder cannot be used.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        using var alone = folder.Open();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await EnsureNotNewer(db, cancellation);
        // Only when there is something to do: EF Core takes a lock row that a crash would leave behind for every later start.
        if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
            await Migrate(db, cancellation);

        var checks = await db.KeyChecks.AsNoTracking().ToListAsync(cancellation);
        if (checks.Count == 0)
            folder.KeyRing.Create();
        else if (!folder.KeyRing.Exists)
            throw KeyRingException.Gone(checks[0].RootId, folder.KeyRing.Path);
        var ring = new KeyRing(folder.KeyRing);
        foreach (var check in checks)
            Verify(ring, check);
        await foreach (var key in db.DataProtectionKeys.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
            Verify(ring, key);
        if (checks.Exists(check => check.RootId == ring.CurrentRoot))
            return;
        await using var scope = await WriteScope.Begin(contexts, cancellation);
        await scope.Run(to => Task.FromResult(to.KeyChecks.Add(KeyCheck.Of(ring))));
        await scope.Commit();
    }

    /// <summary>This version would misread what a newer one has changed, and write what that one does not expect.</summary>
    private async Task EnsureNotNewer(OtsDbContext db, CancellationToken cancellation)
    {
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellation);
        if (applied.Except(db.Database.GetMigrations(), StringComparer.Ordinal).FirstOrDefault() is { } newer)
            throw new InvalidDataException(
                $"A newer version of OneTimeSecret made the database {folder.Database}: this one does not know its migration {newer}. "
                + "Start that version, or put back a backup from before the update. Nothing was changed.");
    }

    /// <summary>
    /// Makes the tables. EF Core would wait for ever for a lock row that a crash in the middle left behind; every start holds the
    /// system's lock, so a row that is found under it belongs to nobody.
    /// </summary>
    private async Task Migrate(OtsDbContext db, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await db.Database.MigrateAsync(cancellation);
        await CountSecrets(cancellation);
    }

    /// <summary>Unread secrets are counted as they come and go; those of a version that did not count them are counted here.</summary>
    private async Task CountSecrets(CancellationToken cancellation)
    {
        await using var scope = await WriteScope.Begin(contexts, cancellation);
        var (counted, gone) = (await Tally.Live(scope.Db, cancellation), await StoredSecret.Loss(scope.Db.Secrets));
        await new Tally(Secrets: -gone.Secrets - counted.Secrets, Bytes: -gone.Bytes - counted.Bytes).Write(scope.Db, time.GetUtcNow());
        await scope.Commit();
    }

    private void Verify(KeyRing ring, KeyCheck check)
    {
        if (!ring.Roots.Contains(check.RootId))
            throw KeyRingException.Missing(check.RootId, folder.KeyRing.Path);
        if (!check.Proves(ring))
            throw KeyRingException.Wrong(check.RootId, folder.KeyRing.Path);
    }

    /// <summary>The framework itself would only log such a key, and go on with those that others may have written.</summary>
    private static void Verify(KeyRing ring, DataProtectionKey key)
    {
        try
        {
            ring.Open(key.Place, key.Box).Dispose();
        }
        catch (BrokenBoxException)
        {
            throw KeyRingException.Foreign(key.Id);
        }
    }
}
