using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Copies;

/// <summary>
/// Puts a copy of the database into the data folder, while no server uses it. Everything is checked before anything is replaced, and one
/// rename replaces it. The generation file stays, so the next start sees that the database is a copy (docs/adr/0014).
/// </summary>
public sealed class RestoreBackup(
    DataFolder folder, ServerLock servers, DatabaseCopy copies, GenerationFile generation, IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Puts the copy in place. Must run before the database is opened.</summary>
    /// <param name="file">The copy.</param>
    /// <param name="replace">Whether an existing database may be replaced.</param>
    /// <exception cref="IOException">A server uses the folder, there is a database, or a file cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or no database of this program.</exception>
    /// <exception cref="KeyRingException">The key ring is missing, or belongs to another database.</exception>
    public void Run(string file, bool replace)
    {
        if (!File.Exists(file))
            throw new IOException($"There is no file {file}.");
        if (File.Exists(file + "-wal"))
            throw new IOException($"{file} is no finished copy: {file}-wal belongs to it. Make a copy by `backup FILE`.");
        servers.Acquire(alone: true);
        if (!replace && new FileInfo(folder.Database).Length > 0)
            throw new IOException(
                $"There is a database in {folder.Path}. `restore FILE --replace` replaces it; `backup FILE` copies it before.");
        var part = folder.RestoredPart;
        File.Delete(part);
        try
        {
            Copy(file, part);
            var facts = DatabaseCopy.Check(part, file);
            EnsureNotNewer(file, facts);
            PlaceRing(file + BackUp.RingSuffix, facts);
            if (facts.Rows.GetValueOrDefault("Generations") == 0 && generation.Read() is null or { Number: 0 })
                generation.Replace(new GenerationLine(Guid.NewGuid(), 1)); // an older version made it: nobody knows what happened since
            copies.Replace(part);
            PrivateFile.SyncFolder(folder.Path);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"This user may not read {file} or write to {folder.Path}: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var target = PrivateFile.Create(to);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    private void EnsureNotNewer(string file, CopyFacts facts)
    {
        using var db = contexts.CreateDbContext();
        if (facts.Migrations.Except(db.Database.GetMigrations(), StringComparer.Ordinal).FirstOrDefault() is { } newer)
            throw new InvalidDataException(
                $"A newer version of OneTimeSecret made {file}: this version does not know its migration {newer}. Use the newer version.");
    }

    /// <summary>Checks that the key ring opens the copy. A ring that is there is newer than its copy, and stays.</summary>
    private void PlaceRing(string copied, CopyFacts facts)
    {
        var isThere = folder.KeyRing.Exists;
        if (!isThere && !File.Exists(copied))
            throw new IOException(
                $"The key ring {folder.KeyRing.Path} is missing, and there is no {copied}. Put it there, or name its file with --keys.");
        var ring = new KeyRing(isThere ? folder.KeyRing : new KeyRingFile(copied));
        foreach (var (root, box) in facts.KeyChecks)
        {
            if (!ring.Roots.Contains(root))
                throw KeyRingException.Missing(root, isThere ? folder.KeyRing.Path : copied);
            if (!new KeyCheck { RootId = root, Box = box }.Proves(ring))
                throw KeyRingException.Wrong(root, isThere ? folder.KeyRing.Path : copied);
        }
        if (!isThere)
            BackUp.CopyRing(copied, folder.KeyRing.Path);
    }
}
