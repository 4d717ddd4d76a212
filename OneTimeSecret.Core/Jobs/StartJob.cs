using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Has a job run now because an administrator asks for it. The run is the scheduler's, like every other.</summary>
public sealed class StartJob(AdminAct act)
{
    /// <summary>Starts <paramref name="job"/> once it is noted who did it.</summary>
    /// <param name="admin">Who asks.</param>
    /// <param name="job">One of <see cref="JobNames"/>; anything else is not there.</param>
    /// <param name="start">Tells the scheduler.</param>
    /// <param name="cancellation">Counts until it is noted.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was started.</exception>
    public async Task<AdminOutcome> Run(Caller admin, string job, Func<Task> start, CancellationToken cancellation)
    {
        if (!JobNames.All.Contains(job, StringComparer.Ordinal))
            return AdminOutcome.NotThere;
        var outcome = await act.Run(
            admin, AuditKind.JobStarted, job, null, _ => Task.FromResult(AdminOutcome.Done), cancellation);
        if (outcome == AdminOutcome.Done)
            await start();
        return outcome;
    }
}
