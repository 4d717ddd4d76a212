using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Starts a job at once when an administrator asks for it. The scheduler runs it like any other run.</summary>
public sealed class StartJob(AdminAct act)
{
    /// <summary>Records the request in the audit trail, then starts <paramref name="job"/>.</summary>
    /// <param name="job">One of <see cref="JobNames"/>. Any other name gives <see cref="AdminOutcome.NotThere"/>.</param>
    /// <param name="start">Tells the scheduler to run the job.</param>
    /// <param name="cancellation">Counts only until the request is recorded.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was started.</exception>
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
