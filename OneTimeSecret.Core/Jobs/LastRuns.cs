using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Reads the last runs of every job, for administrators.</summary>
public sealed class LastRuns(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>The runs by job name, newest first. A job that never ran has an empty list.</summary>
    /// <param name="each">How many runs of each job, at most.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<JobRun>>> Run(int each, CancellationToken cancellation)
    {
        var runs = new Dictionary<string, IReadOnlyList<JobRun>>(StringComparer.Ordinal);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        foreach (var job in JobNames.All)
            runs[job] = await db.JobRuns.AsNoTracking()
                .Where(r => r.Job == job).OrderByDescending(r => r.Started).Take(each).ToListAsync(cancellation);
        return runs;
    }
}
