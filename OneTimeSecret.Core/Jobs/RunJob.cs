using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// Runs a job, and records when it began and ended and its result. A fault ends only this run. The next run finds what is due in the
/// database, so it continues where this run stopped.
/// </summary>
public sealed class RunJob(WriteTransaction write, RunningJobs running, TimeProvider time, ILogger<RunJob> log)
{
    /// <summary>How many runs of each job are kept.</summary>
    public const int Kept = 200;

    private const int MaxMessage = 500;

    /// <summary>
    /// How far in the future a recorded run may have begun, because the clocks of two servers differ a little. A run further ahead was
    /// recorded before the clock was set back. It is deleted, or it would count as the last run until that time comes again.
    /// </summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>Runs <paramref name="work"/> as <paramref name="job"/>. A job that is already running runs once more afterwards.</summary>
    /// <param name="job">One of <see cref="JobNames"/>.</param>
    /// <param name="work">What the job does.</param>
    /// <param name="cancellation">The server is stopping. The run ends early, and the rest is done after the next start.</param>
    public Task Run(string job, Func<CancellationToken, Task<JobOutcome>> work, CancellationToken cancellation) =>
        running.Run(job, () => RunOnce(job, work, cancellation), cancellation);

    /// <summary>Runs work that returns a count.</summary>
    public Task Run(string job, Func<CancellationToken, Task<int>> work, CancellationToken cancellation) =>
        Run(job, async stop => new JobOutcome(await work(stop)), cancellation);

    private async Task RunOnce(string job, Func<CancellationToken, Task<JobOutcome>> work, CancellationToken cancellation)
    {
        try
        {
            var now = time.GetUtcNow();
            var run = new JobRun { Id = Guid.CreateVersion7(now), Job = job, Started = now, Result = JobResult.Running };
            await write.RunWhenRoom(db => Begin(db, run));
            var outcome = await Outcome(job, work, cancellation);
            await write.RunWhenRoom(db => End(db, run.Id, outcome, time.GetUtcNow()));
        }
        catch (ServerBusyException)
        {
            // The server is stopping and accepts no more writes. The run stays without an end.
        }
        catch (Exception fault) when (EngineFault.Is(fault))
        {
            log.LogError(fault, "The run of the job {Job} could not be recorded", job);
        }
    }

    private async Task<JobOutcome> Outcome(string job, Func<CancellationToken, Task<JobOutcome>> work, CancellationToken cancellation)
    {
        try
        {
            var outcome = await work(cancellation);
            if (outcome.Message is not null)
                log.LogInformation("The job {Job} did not finish: {Reason}", job, outcome.Message);
            else if (outcome.Count > 0)
                log.LogDebug("The job {Job} processed {Count} items", job, outcome.Count);
            return outcome;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new JobOutcome(0, JobResult.Delayed, "The server was stopped before the job finished.");
        }
        catch (Exception fault)
        {
            log.LogError(fault, "The job {Job} failed and will be tried again", job);
            return new JobOutcome(0, JobResult.Failed, fault.GetBaseException().Message);
        }
    }

    private static async Task<int> Begin(OtsDbContext db, JobRun run)
    {
        var ahead = run.Started + Ahead;
        await db.JobRuns.Where(r => r.Job == run.Job && r.Started > ahead).ExecuteDeleteAsync();
        var oldest = await db.JobRuns
            .Where(r => r.Job == run.Job).OrderByDescending(r => r.Started).Skip(Kept - 1)
            .Select(r => (DateTimeOffset?)r.Started).FirstOrDefaultAsync();
        if (oldest is not null)
            await db.JobRuns.Where(r => r.Job == run.Job && r.Started <= oldest).ExecuteDeleteAsync();
        db.JobRuns.Add(run);
        return 1;
    }

    private static Task<int> End(OtsDbContext db, Guid id, JobOutcome outcome, DateTimeOffset now)
    {
        var message = outcome.Message?[..Math.Min(outcome.Message.Length, MaxMessage)];
        return db.JobRuns.Where(r => r.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.Ended, now)
            .SetProperty(r => r.Result, outcome.Result)
            .SetProperty(r => r.Count, outcome.Count)
            .SetProperty(r => r.Message, message));
    }
}

/// <summary>The result of a job's work.</summary>
/// <param name="Count">How many items it processed, such as purged rows or sent mails.</param>
/// <param name="Result">Whether everything that was due is done.</param>
/// <param name="Message">Why the job did not finish. Null: it finished.</param>
public sealed record JobOutcome(int Count, JobResult Result = JobResult.Done, string? Message = null);
