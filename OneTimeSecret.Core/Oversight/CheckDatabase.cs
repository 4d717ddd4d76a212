using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys.Rotation;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Oversight;

/// <summary>Checks that the database answers, for the health checks of a proxy or a container.</summary>
public sealed class CheckDatabase(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Reads one row. It throws the fault of the engine if the database does not answer.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await db.KeyChecks.AnyAsync(cancellation);
    }
}
