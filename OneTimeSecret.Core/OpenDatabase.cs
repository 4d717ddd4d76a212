using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core;

/// <summary>
/// Every start runs this first. It creates the data folder, the key ring and the tables where they are missing. It refuses to continue
/// if the key ring does not fit the existing rows, or if this is a server and the database is an older copy.
/// </summary>
public sealed class OpenDatabase(
    DataFolder folder, ServerLock servers, IDbContextFactory<OtsDbContext> contexts, StorageRoom room, Leftovers leftovers,
    GenerationCount generations, SteadyClock clock, ILogger<OpenDatabase> log)
{
    /// <summary>Opens the database.</summary>
    /// <param name="serves">Whether this is a server and not a verb, so that no other server may use the folder.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="KeyRingException">
    /// The key ring is missing, damaged, readable by everybody or belongs to another database, or the database holds a cookie key that was
    /// not sealed with it.
    /// </exception>
    /// <exception cref="InvalidDataException">A newer version created the database. Nothing was changed.</exception>
    /// <exception cref="IOException">The data folder cannot be used, another server uses it, or a restore was interrupted.</exception>
    /// <exception cref="RestoredCopyException">A server, and the database is an older copy. Verbs can read it.</exception>
    /// <exception cref="PlatformNotSupportedException">The runtime does not normalize Unicode text.</exception>
    public async Task Run(bool serves, CancellationToken cancellation)
    {
        TypedText.EnsureNormalizes();
        if (serves)
            servers.Acquire();
        if (File.Exists(folder.RestoredPart))
            throw new IOException(
                $"A restore into {folder.Path} was interrupted, or has not ended. Repeat it, or delete {folder.RestoredPart}.");
        using var alone = folder.Open();
        room.FreeReserveIfFull();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        EnsureNotNewer(db, applied);
        // Only if a migration is pending: EF Core inserts a lock row for it, and a crash would leave that row behind for the next start.
        if (db.Database.GetMigrations().Except(applied, StringComparer.Ordinal).ToList() is { Count: > 0 } pending)
        {
            await Migrate(db, cancellation);
            log.LogInformation("Applied {Count} migrations to the database: {Migrations}", pending.Count, string.Join(", ", pending));
        }

        if (await db.Clocks.AsNoTracking().SingleOrDefaultAsync(cancellation) is { } stored)
            clock.Resume(stored);
        if (await db.IsScrubbed(cancellation))
            leftovers.StartScrubbed();
        var checks = await db.KeyChecks.AsNoTracking().ToListAsync(cancellation);
        if (checks.Count == 0)
            folder.KeyRing.Create();
        else if (!folder.KeyRing.Exists)
            throw KeyRingException.Gone(checks[0].RootId, folder.KeyRing.Path);
        folder.KeyRing.EnsurePrivate();
        var ring = new KeyRing(folder.KeyRing);
        foreach (var check in checks)
            Verify(ring, check);
        await foreach (var key in db.DataProtectionKeys.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
            Verify(ring, key);
        var first = await generations.Check(db, cancellation);
        if (serves && generations.Refusal is { } refusal)
            throw refusal;
        if (first is not null)
            await Add(first, cancellation);
        if (!checks.Exists(check => check.RootId == ring.CurrentRoot))
            await Add(KeyCheck.Of(ring), cancellation);
    }

    private async Task Add(object row, CancellationToken cancellation)
    {
        await using var scope = await WriteScope.Begin(contexts, cancellation);
        await scope.Run(to => Task.FromResult(to.Add(row)));
        await scope.Commit();
    }

    /// <summary>This version would misread rows of a newer version, and write rows that the newer version does not expect.</summary>
    private void EnsureNotNewer(OtsDbContext db, List<string> applied)
    {
        if (applied.Except(db.Database.GetMigrations(), StringComparer.Ordinal).FirstOrDefault() is { } newer)
            throw new InvalidDataException(
                $"A newer version of OneTimeSecret created the database {folder.Database}: this version does not know its "
                + $"migration {newer}. Start the newer version, or restore a backup from before the update. Nothing was changed.");
    }

    /// <summary>
    /// Creates or updates the tables. EF Core would wait forever for a lock row that a crash left behind. Every start holds an exclusive
    /// file lock, so no running process owns a row that is found here.
    /// </summary>
    private async Task Migrate(OtsDbContext db, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await db.Database.MigrateAsync(cancellation);
        await CountSecrets(cancellation);
    }

    /// <summary>Sets the count of unread secrets to the real number, because older versions did not count them.</summary>
    private async Task CountSecrets(CancellationToken cancellation)
    {
        await using var scope = await WriteScope.Begin(contexts, cancellation);
        var (counted, gone) = (await Tally.Live(scope.Db, cancellation), await StoredSecret.Loss(scope.Db.Secrets));
        await new Tally(Secrets: -gone.Secrets - counted.Secrets, Bytes: -gone.Bytes - counted.Bytes).Write(scope.Db, clock.GetUtcNow());
        await scope.Commit();
    }

    private void Verify(KeyRing ring, KeyCheck check)
    {
        if (!ring.Roots.Contains(check.RootId))
            throw KeyRingException.Missing(check.RootId, folder.KeyRing.Path);
        if (!check.Proves(ring))
            throw KeyRingException.Wrong(check.RootId, folder.KeyRing.Path);
    }

    /// <summary>Refuses a cookie key that cannot be opened. ASP.NET Core would log it and use the others, which may be forged.</summary>
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
