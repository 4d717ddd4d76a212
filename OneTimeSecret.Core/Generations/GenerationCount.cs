using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Generations;

/// <summary>
/// Compares the generation of the database with that of its file at the start, and raises both (docs/adr/0014). The audit trail has no part
/// in it, so it also works while the trail is switched off.
/// </summary>
public sealed class GenerationCount(DataFolder folder, GenerationFile file)
{
    /// <summary>Why the database may be neither served nor changed. Null: it is current.</summary>
    public RestoredCopyException? Refusal { get; private set; }

    /// <summary>
    /// Compares the database with its file and sets <see cref="Refusal"/>. A database without a generation, whose file was never raised, is
    /// of an older version or new, and starts normally.
    /// </summary>
    /// <returns>The row to add to such a database. Null: none.</returns>
    /// <exception cref="IOException">The file cannot be read or created.</exception>
    internal async Task<Generation?> Check(OtsDbContext db, CancellationToken cancellation)
    {
        // The file is read first. A server that runs beside this process may raise both meanwhile, and the file must not look newer.
        var line = file.Read();
        var row = await db.Generations.AsNoTracking().SingleOrDefaultAsync(cancellation);
        Refusal = (row, line) switch
        {
            (null, null or { Number: 0 }) => null,
            (null, _) => RestoredCopyException.Older(folder.Database, folder.Generation, 0, line.Number),
            (_, null) => RestoredCopyException.NoFile(folder.Database, folder.Generation),
            _ when row.Database != line.Database => RestoredCopyException.Foreign(folder.Database, folder.Generation),
            _ when row.Number < line.Number =>
                RestoredCopyException.Older(folder.Database, folder.Generation, row.Number, line.Number),
            _ => null,
        };
        if (Refusal is not null)
            return null;
        if (row is null)
        {
            // The file is durable before the row exists. So a row without a file is no crash, and always the sign of a copy.
            line ??= new GenerationLine(Guid.NewGuid(), 0);
            file.Replace(line);
            return new Generation { Database = line.Database, Number = 0 };
        }
        file.Open(line!);
        file.Raise(row.Number); // the last write may have been lost
        return null;
    }

    /// <summary>Raises the generation with the write in progress, and the file after its commit.</summary>
    internal async Task Raise(OtsDbContext db)
    {
        var raised = await db.Database.SqlQuery<long>(
            $"""
            UPDATE "Generations" SET "Number" = "Number" + 1 WHERE "Database" = {file.Database} RETURNING "Number" AS "Value"
            """).ToListAsync();
        if (raised is [var number])
            db.AfterCommit(() => file.Raise(number));
    }

    /// <summary>Writes the generation of the database to the file, in case a write failed or was overtaken, and makes it durable.</summary>
    internal async Task Catch(OtsDbContext db, CancellationToken cancellation)
    {
        var mine = file.Database;
        var row = await db.Generations.AsNoTracking().SingleOrDefaultAsync(g => g.Database == mine, cancellation);
        if (row is not null)
            file.Raise(row.Number);
        file.Sync();
    }

    /// <summary>
    /// Makes the restored copy the current database, in the write in progress: with a new id, and a generation above all that were ever
    /// written. The caller lifts the refusal before, by <see cref="Lift"/>.
    /// </summary>
    /// <returns>Whether this write did it, and no other.</returns>
    /// <exception cref="IOException">The file cannot be replaced.</exception>
    internal async Task<bool> Accept(OtsDbContext db)
    {
        file.Rehearse(); // a fault after the commit could only be logged
        var row = await db.Generations.AsNoTracking().SingleOrDefaultAsync();
        if (row is not null
            && await db.Generations.Where(g => g.Database == row.Database && g.Number == row.Number).ExecuteDeleteAsync() == 0)
            return false;
        var line = new GenerationLine(Guid.NewGuid(), Math.Max(row?.Number ?? 0, file.Read()?.Number ?? 0) + 1);
        db.Add(new Generation { Database = line.Database, Number = line.Number });
        await db.SaveChangesAsync();
        // A crash before this leaves the old file, which belongs to another database: the next start refuses again.
        db.AfterCommit(() => file.Replace(line));
        return true;
    }

    /// <summary>Lets this process change the database, because the operator has decided.</summary>
    internal void Lift() => Refusal = null;
}
