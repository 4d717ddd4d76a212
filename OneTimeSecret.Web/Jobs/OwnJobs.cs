using Hangfire;
using Hangfire.Common;
using Hangfire.Server;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// A stored job names a type and a method for the server to call, so whoever can write to the store could have it call anything. Here the
/// one class has a name, every other name is refused before a type is looked for, and of the class only the jobs are called.
/// </summary>
internal sealed class OwnJobs(ILogger<OwnJobs> log) : IServerFilter, IJobFilterProvider
{
    /// <summary>
    /// The filters of every job, and no others: a run that fails is not tried again by Hangfire, the next sweep does that. Failed jobs
    /// would be stored for ever, so a failed one counts as deleted, which is stored for a while.
    /// </summary>
    private static readonly IReadOnlyList<object> Others =
    [
        new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete },
        new StatisticsHistoryAttribute(), // the dashboard's graph
    ];

    /// <summary>The type of a stored name.</summary>
    /// <exception cref="InvalidOperationException">It is not the one class that has jobs.</exception>
    public static Type Resolve(string name) => string.Equals(name, Name(typeof(ScheduledJobs)), StringComparison.Ordinal)
        ? typeof(ScheduledJobs)
        : throw new InvalidOperationException("A stored job names a type that has no jobs.");

    /// <summary>The stored name of a type.</summary>
    public static string Name(Type type) => type.FullName!;

    public IEnumerable<JobFilter> GetFilters(Job job) =>
        Others.Prepend(this).Select(filter => new JobFilter(filter, JobFilterScope.Global, order: null));

    public void OnPerforming(PerformingContext context)
    {
        var job = context.BackgroundJob.Job;
        if (job.Args.Count == 0 && ScheduledJobs.All.Any(own => own.Type == job.Type && own.Method == job.Method))
            return;
        log.LogError("A stored job that is none of this program's was refused: {Type}.{Method}", job.Type, job.Method.Name);
        context.Canceled = true;
    }

    public void OnPerformed(PerformedContext context) { }
}
