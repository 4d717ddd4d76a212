using Hangfire;
using Hangfire.Common;
using Hangfire.Server;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Restricts the methods that Hangfire may call. A stored job names a type and a method, so somebody with write access to the store could
/// make the server call any method. Only the name of <see cref="ScheduledJobs"/> is resolved, and only its jobs are called.
/// </summary>
internal sealed class OwnJobs(ILogger<OwnJobs> log) : IServerFilter, IJobFilterProvider
{
    /// <summary>
    /// The only other filters of jobs. Hangfire does not retry a failed run, because the next sweep does the same work. A failed job
    /// becomes a deleted one, because Hangfire stores failed jobs for ever and deleted ones only for a while.
    /// </summary>
    private static readonly IReadOnlyList<object> Others =
    [
        new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete },
        new StatisticsHistoryAttribute(), // the dashboard's graph
    ];

    /// <summary>The type of a stored name.</summary>
    /// <exception cref="InvalidOperationException">The name is not that of <see cref="ScheduledJobs"/>.</exception>
    public static Type Resolve(string name) => string.Equals(name, Name(typeof(ScheduledJobs)), StringComparison.Ordinal)
        ? typeof(ScheduledJobs)
        : throw new InvalidOperationException("A stored job names a type that jobs may not use.");

    /// <summary>The stored name of a type.</summary>
    public static string Name(Type type) => type.FullName!;

    public IEnumerable<JobFilter> GetFilters(Job job) =>
        Others.Prepend(this).Select(filter => new JobFilter(filter, JobFilterScope.Global, order: null));

    public void OnPerforming(PerformingContext context)
    {
        var job = context.BackgroundJob.Job;
        if (job.Args.Count == 0 && ScheduledJobs.All.Any(own => own.Type == job.Type && own.Method == job.Method))
            return;
        log.LogError("A stored job was refused, because it is not one of this program's: {Type}.{Method}", job.Type, job.Method.Name);
        context.Canceled = true;
    }

    public void OnPerformed(PerformedContext context) { }
}
